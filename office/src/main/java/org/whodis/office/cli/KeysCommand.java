package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import org.whodis.office.data.RecoveryKeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The key that the office signs with. */
@Command(
        name = "keys",
        description = "Shows the office's key, and puts another in its place.",
        mixinStandardHelpOptions = true,
        subcommands = {KeysCommand.ShowCommand.class, KeysCommand.RotateCommand.class})
final class KeysCommand extends AdminCommand {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        show(office.ask(new AdminRequest.Keys()), json, out);
    }

    private static void show(JsonNode keys, boolean json, PrintWriter out) {
        if (json) {
            out.println(AdminJson.write(keys));
            return;
        }
        String recovery = keys.path("recoveryKey").asText();
        out.println("office        " + keys.path("domain").asText());
        out.println("office key    " + keys.path("officeKey").asText());
        out.println(
                "recovery key  " + (recovery.isEmpty() ? "NONE" : recovery + " (of the file that you keep elsewhere)"));
        out.println("changed       " + times(keys.path("rotations").asInt()));
        out.println("words         " + keys.path("words").asText());
        out.println(
                "              Read them to your people whose phone says that the office shows another key, on a way on which they"
                        + " know you.");
    }

    private static String times(int count) {
        return count == 0 ? "never" : count == 1 ? "once" : count + " times";
    }

    /** As the command without a subcommand. */
    @Command(name = "show", description = "Shows the office's key.", mixinStandardHelpOptions = true)
    static final class ShowCommand extends AdminCommand {
        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            show(office.ask(new AdminRequest.Keys()), json, out);
        }
    }

    /** A new key, and a statement that leads to it. */
    @Command(
            name = "rotate",
            description = {
                "Makes another key for the office: when the present one may have been stolen, or once a year.",
                "With the recovery key, phones and other offices follow at once. Without it they wait for 48 hours, in which"
                        + " nobody's phone works and no other office is reached: otherwise a thief of the present key could"
                        + " take the office over.",
                "Connections end and come back; calls go on. Invitations and device links that were not used are void."
            },
            mixinStandardHelpOptions = true)
    static final class RotateCommand extends AdminCommand {
        @Option(names = "--recovery-key", paramLabel = "FILE", description = "The recovery key of this office.")
        private @Nullable Path recoveryKey;

        @Option(names = "--without-recovery-key", description = "The recovery key is lost: accept 48 hours of silence.")
        private boolean isLost;

        @Option(
                names = "--new-recovery-key",
                paramLabel = "FILE",
                description =
                        "Where another recovery key is written if the old one is lost. Without it: beside the data"
                                + " folder.")
        private @Nullable Path newRecoveryKey;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            if (recoveryKey == null && !isLost) {
                throw new OfficeException("Give the recovery key with --recovery-key FILE. If it is lost, say"
                        + " --without-recovery-key: then nobody's phone works for 48 hours, and no other office is"
                        + " reached.");
            }
            if (recoveryKey != null && (isLost || newRecoveryKey != null)) {
                throw new OfficeException("--recovery-key stands alone: the recovery key stays the same.");
            }
            Path fresh = newRecoveryKey == null ? beside() : newRecoveryKey;
            JsonNode keys = office.ask(
                    recoveryKey != null
                            ? new AdminRequest.RotateKey(absolute(recoveryKey), "")
                            : new AdminRequest.RotateKey("", absolute(fresh)));
            out.println("The office has another key: " + keys.path("officeKey").asText());
            if (recoveryKey == null) {
                out.println(
                        "Phones and other offices will believe it 48 hours after they first see it. Operators of other"
                                + " offices can shorten that by comparing: whodis office peers compare DOMAIN");
                out.println("A new recovery key is in " + fresh
                        + ": move it off this machine. It counts 30 days after the" + " office key is believed.");
            } else {
                out.println(
                        "Phones and other offices follow as soon as they are online. Take the recovery key away again.");
            }
            out.println(
                    "Back the data folder up again: in an old backup is the old key, which nobody believes any more.");
        }

        private Path beside() {
            return RecoveryKeyFile.beside(folder());
        }

        private static String absolute(Path file) {
            return file.toAbsolutePath().normalize().toString();
        }
    }
}
