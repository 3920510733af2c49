package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
            PeersCommand.CompareCommand.class,
            PeersCommand.ForgetCommand.class
        })
final class PeersCommand extends AdminCommand {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        list(office, json, out);
    }

    private static void list(AdminClient office, boolean json, PrintWriter out) throws OfficeException {
        JsonNode peers = office.ask(new AdminRequest.Peers());
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
    }

    private static void show(PrintWriter out, JsonNode it) {
        String rule = it.path("rule").asText();
        out.println("  " + it.path("domain").asText() + ": " + standing(it)
                + (rule.isEmpty() ? "" : ", " + rule)
                + (it.path("connected").asBoolean() ? ", connected" : ""));
        if (it.path("alarm").asBoolean()) {
            out.println(
                    "    ALARM: two keys claim to be the one after its last: somebody has stolen a key of that office. Call"
                            + " its operator, and compare.");
        }
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
    static final class ListCommand extends AdminCommand {
        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            list(office, json, out);
        }
    }

    /** Takes a denial back, and admits an office where only listed ones are. */
    @Command(name = "allow", description = "Talks to this office.", mixinStandardHelpOptions = true)
    static final class AllowCommand extends AdminCommand {
        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            rule(office, domain, true, out);
        }
    }

    /** Nothing comes from there any more, and nothing goes there. */
    @Command(
            name = "deny",
            description = "Does not talk to this office any more; what waits for it is given up.",
            mixinStandardHelpOptions = true)
    static final class DenyCommand extends AdminCommand {
        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            rule(office, domain, false, out);
        }
    }

    /** As if there had never been a connection. */
    @Command(
            name = "forget",
            description = {
                "Forgets the key of an office that is no more.",
                "If that office comes back, it is as unknown as at the first contact, whoever it then is: to stop talking to"
                        + " an office, deny it."
            },
            mixinStandardHelpOptions = true)
    static final class ForgetCommand extends AdminCommand {
        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            office.ask(new AdminRequest.PeerForget(domain));
            out.println(domain + " is forgotten.");
        }
    }

    private static void rule(AdminClient office, String domain, boolean allowed, PrintWriter out)
            throws OfficeException {
        office.ask(new AdminRequest.PeerRule(domain, allowed));
        out.println(domain + (allowed ? " is allowed." : " is denied."));
    }

    /** Everybody, or those on the list. */
    @Command(
            name = "mode",
            description = "all: talk to every office that is not denied; list: only to those that are allowed.",
            mixinStandardHelpOptions = true)
    static final class ModeCommand extends AdminCommand {
        /** What is admitted. */
        enum Mode {
            all,
            list
        }

        @Parameters(paramLabel = "all|list")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private Mode mode;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            office.ask(new AdminRequest.PeerMode(mode == Mode.list));
            out.println(
                    mode == Mode.list
                            ? "Only offices that are allowed are talked to."
                            : "Every office is talked to that is not denied.");
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
    static final class CompareCommand extends AdminCommand {
        @Parameters(paramLabel = "DOMAIN", description = "HOST or HOST:PORT of the other office.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String domain;

        @Option(
                names = "--yes-words",
                paramLabel = "\"W1 ... W12\"",
                description = "The words that the other operator has read, for scripts; without it they are asked for.")
        private @Nullable String words;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            if (words == null) {
                JsonNode met = office.ask(new AdminRequest.PeerWords(domain));
                boolean isHeld = met.has("heldWords");
                out.println("Both operators should see: "
                        + met.path(isHeld ? "heldWords" : "words").asText());
                out.flush();
            }
            String heard = words(words, "The words that THEY read: ", "\"W1 ... W12\"");
            office.ask(new AdminRequest.PeerCompare(domain, heard));
            out.println("The office of " + domain + " is compared.");
        }
    }
}
