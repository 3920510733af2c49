package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
final class PrincipalsCommand extends AdminCommand {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        list(office, json, out);
    }

    private static void list(AdminClient office, boolean json, PrintWriter out) throws OfficeException {
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
    }

    private static String person(JsonNode it) {
        String title = it.path("title").asText();
        return it.path("name").asText() + (title.isEmpty() ? "" : ", " + title);
    }

    /** As the command without a subcommand. */
    @Command(name = "list", description = "Shows who waits and who is enrolled.", mixinStandardHelpOptions = true)
    static final class ListCommand extends AdminCommand {
        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            list(office, json, out);
        }
    }

    /** The operator has heard the words. */
    @Command(
            name = "confirm",
            description =
                    "Lets in the person whose phone shows these words. Type what you HEAR from them, not what the list"
                            + " shows.",
            mixinStandardHelpOptions = true)
    static final class ConfirmCommand extends AdminCommand {
        @Mixin
        private final WordsOption words = new WordsOption();

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            JsonNode person = office.ask(new AdminRequest.Confirm(words.words("The words you heard: ")));
            out.println(json ? AdminJson.write(person) : person(person) + " is enrolled.");
        }
    }

    /** Somebody else used the invitation. */
    @Command(
            name = "refuse",
            description = "Turns away the device that shows these words: somebody else used the invitation.",
            mixinStandardHelpOptions = true)
    static final class RefuseCommand extends AdminCommand {
        @Mixin
        private final WordsOption words = new WordsOption();

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            office.ask(new AdminRequest.Refuse(words.words("The words to turn away: ")));
            out.println("Turned away. Invite the person again.");
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
            return AdminCommand.words(given, question, "\"W1 W2 W3 W4\"");
        }
    }
}
