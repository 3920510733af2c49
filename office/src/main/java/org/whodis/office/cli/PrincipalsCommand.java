package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who is enrolled, who waits, and the operator's decision. */
@Command(
        name = "principals",
        description = "Shows who waits to be let in and who is enrolled; lets people in.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PrincipalsCommand.ListCommand.class,
            PrincipalsCommand.ConfirmCommand.class,
            PrincipalsCommand.RefuseCommand.class
        })
final class PrincipalsCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException {
        return list(data, json, spec.commandLine().getOut());
    }

    private static int list(DataOption data, boolean json, PrintWriter out) throws OfficeException {
        AdminClient office = new AdminClient(data.folder());
        JsonNode pending = office.ask(new AdminRequest.Pending());
        JsonNode enrolled = office.ask(new AdminRequest.Principals());
        if (json) {
            out.println(
                    "{\"pending\":" + AdminJson.write(pending) + ",\"enrolled\":" + AdminJson.write(enrolled) + "}");
        } else {
            out.println(pending.isEmpty() ? "Nobody waits." : "Waiting for you to hear these words from them:");
            pending.forEach(it ->
                    out.println("  " + person(it) + ": " + it.path("words").asText()));
            out.println(enrolled.isEmpty() ? "Nobody is enrolled." : "Enrolled:");
            enrolled.forEach(it ->
                    out.println("  " + person(it) + ", " + it.path("devices").size() + " device(s), "
                            + it.path("online").asInt() + " online"));
        }
        out.flush();
        return 0;
    }

    private static String person(JsonNode it) {
        String title = it.path("title").asText();
        return it.path("name").asText() + (title.isEmpty() ? "" : ", " + title);
    }

    /** As the command without a subcommand. */
    @Command(name = "list", description = "Shows who waits and who is enrolled.", mixinStandardHelpOptions = true)
    static final class ListCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            return list(data, json, spec.commandLine().getOut());
        }
    }

    /** The operator has heard the words. */
    @Command(
            name = "confirm",
            description =
                    "Lets in the person whose phone shows these words. Type what you HEAR from them, not what the list"
                            + " shows.",
            mixinStandardHelpOptions = true)
    static final class ConfirmCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Mixin
        private final WordsOption words = new WordsOption();

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            JsonNode person =
                    new AdminClient(data.folder()).ask(new AdminRequest.Confirm(words.words("The words you heard: ")));
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? AdminJson.write(person) : person(person) + " is enrolled.");
            out.flush();
            return 0;
        }
    }

    /** Somebody else used the invitation. */
    @Command(
            name = "refuse",
            description = "Turns away the device that shows these words: somebody else used the invitation.",
            mixinStandardHelpOptions = true)
    static final class RefuseCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Mixin
        private final WordsOption words = new WordsOption();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            new AdminClient(data.folder()).ask(new AdminRequest.Refuse(words.words("The words to turn away: ")));
            PrintWriter out = spec.commandLine().getOut();
            out.println("Turned away. Invite the person again.");
            out.flush();
            return 0;
        }
    }

    /** Four words, from the command line or typed. */
    static final class WordsOption {
        @Option(
                names = "--yes-words",
                paramLabel = "\"W1 W2 W3 W4\"",
                description = "The words, for scripts; without it they are asked for.")
        private @Nullable String given;

        String words(String question) throws OfficeException {
            if (given != null) {
                return given;
            }
            System.err.print(question);
            System.err.flush();
            String typed = readLine();
            if (typed == null || typed.isBlank()) {
                throw new OfficeException(
                        "No words were typed. In a script give them with --yes-words \"W1 W2 W3 W4\".");
            }
            return typed;
        }

        private static @Nullable String readLine() throws OfficeException {
            // Not closed: standard input is not ours.
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            try {
                return in.readLine();
            } catch (IOException e) {
                throw new OfficeException("The words cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
