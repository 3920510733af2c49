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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Other offices: which are known, which are talked to, whose key was compared. */
@Command(
        name = "peers",
        description = "Shows the other offices that this one knows, says which it talks to, compares keys.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PeersCommand.ListCommand.class,
            PeersCommand.AllowCommand.class,
            PeersCommand.DenyCommand.class,
            PeersCommand.ModeCommand.class,
            PeersCommand.CompareCommand.class
        })
final class PeersCommand implements Callable<Integer> {
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
        JsonNode peers = new AdminClient(data.folder()).ask(new AdminRequest.Peers());
        if (json) {
            out.println(AdminJson.write(peers));
        } else {
            out.println(
                    peers.path("mode").asText().equals("list")
                            ? "Only offices that are allowed are talked to."
                            : "Every office is talked to that is not denied.");
            JsonNode offices = peers.path("offices");
            if (offices.isEmpty()) {
                out.println("No other office is known yet.");
            }
            offices.forEach(it -> show(out, it));
        }
        out.flush();
        return 0;
    }

    private static void show(PrintWriter out, JsonNode it) {
        String rule = it.path("rule").asText();
        out.println("  " + it.path("domain").asText() + ": " + standing(it)
                + (rule.isEmpty() ? "" : ", " + rule)
                + (it.path("connected").asBoolean() ? ", connected" : ""));
        if (it.has("heldKey")) {
            out.println("    It shows ANOTHER KEY, which is not believed"
                    + (it.path("heldUntil").isNull()
                            ? " until you have compared it."
                            : " before " + it.path("heldUntil").asText() + " unless you compare it earlier."));
        }
    }

    private static String standing(JsonNode it) {
        if (it.path("officeKey").asText().isEmpty()) {
            return "no connection yet";
        }
        return it.path("comparedAt").isNull()
                ? "NOT COMPARED"
                : "compared on " + it.path("comparedAt").asText().substring(0, 10);
    }

    /** As the command without a subcommand. */
    @Command(name = "list", description = "Shows the other offices.", mixinStandardHelpOptions = true)
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

    /** Takes a denial back, and admits an office where only listed ones are. */
    @Command(name = "allow", description = "Talks to this office.", mixinStandardHelpOptions = true)
    static final class AllowCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            return rule(data, domain, true, spec.commandLine().getOut());
        }
    }

    /** Nothing comes from there any more, and nothing goes there. */
    @Command(
            name = "deny",
            description = "Does not talk to this office any more; what waits for it is given up.",
            mixinStandardHelpOptions = true)
    static final class DenyCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            return rule(data, domain, false, spec.commandLine().getOut());
        }
    }

    private static int rule(DataOption data, String domain, boolean allowed, PrintWriter out) throws OfficeException {
        new AdminClient(data.folder()).ask(new AdminRequest.PeerRule(domain, allowed));
        out.println(domain + (allowed ? " is allowed." : " is denied."));
        out.flush();
        return 0;
    }

    /** Everybody, or those on the list. */
    @Command(
            name = "mode",
            description = "all: talk to every office that is not denied; list: only to those that are allowed.",
            mixinStandardHelpOptions = true)
    static final class ModeCommand implements Callable<Integer> {
        /** What is admitted. */
        enum Mode {
            all,
            list
        }

        @Mixin
        private final DataOption data = new DataOption();

        @Parameters(paramLabel = "all|list")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private Mode mode;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            new AdminClient(data.folder()).ask(new AdminRequest.PeerMode(mode == Mode.list));
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    mode == Mode.list
                            ? "Only offices that are allowed are talked to."
                            : "Every office is talked to that is not denied.");
            out.flush();
            return 0;
        }
    }

    /** Two operators read words to each other. */
    @Command(
            name = "compare",
            description = {
                "Shows twelve words. Call the other office's operator on a way on which you know each other, let THEM read"
                        + " theirs, and type what you HEAR.",
                "Until that is done, your people see OFFICE NOT COMPARED when somebody from there calls."
            },
            mixinStandardHelpOptions = true)
    static final class CompareCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Option(
                names = "--yes-words",
                paramLabel = "\"W1 ... W12\"",
                description = "The words that the other operator has read, for scripts; without it they are asked for.")
        private @Nullable String words;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            AdminClient office = new AdminClient(data.folder());
            PrintWriter out = spec.commandLine().getOut();
            if (words == null) {
                JsonNode met = office.ask(new AdminRequest.PeerWords(domain));
                boolean isHeld = met.has("heldWords");
                out.println("Both operators should see: "
                        + met.path(isHeld ? "heldWords" : "words").asText());
                out.flush();
            }
            String heard = words == null ? readLine() : words;
            office.ask(new AdminRequest.PeerCompare(domain, heard));
            out.println("The office of " + domain + " is compared.");
            out.flush();
            return 0;
        }

        private static String readLine() throws OfficeException {
            System.err.print("The words that THEY read: ");
            System.err.flush();
            // Not closed: standard input is not ours.
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            try {
                String typed = in.readLine();
                if (typed == null || typed.isBlank()) {
                    throw new OfficeException(
                            "No words were typed. In a script give them with --yes-words \"W1 ... W12\".");
                }
                return typed;
            } catch (IOException e) {
                throw new OfficeException("The words cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
