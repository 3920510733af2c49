package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an invitation. */
@Command(name = "invite", description = "Gives a link for one person. It works once.", mixinStandardHelpOptions = true)
final class InviteCommand extends AdminCommand {
    @Option(names = "--name", required = true, description = "The person's name, as everybody they call will see it.")
    @SuppressWarnings("NullAway.Init") // it is required
    private String name;

    @Option(names = "--title", defaultValue = "", description = "Their title or function.")
    @SuppressWarnings("NullAway.Init") // it has a default
    private String title;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "24h",
            description = "How long the link works: 30m, 24h, 7d (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // it has a default
    private String expires;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        JsonNode invitation = office.ask(
                new AdminRequest.Invite(name, title, duration(expires).toMillis()));
        if (json) {
            out.println(AdminJson.write(invitation));
        } else {
            out.println(invitation.path("link").asText());
            out.println();
            out.println("Give this link to " + name + " and nobody else, over a channel that others do not read.");
            out.println("They type:   whodis phone enrol 'THE LINK'");
            out.println("Their phone then shows four words. Hear the words from the person, then type:");
            out.println("             whodis office principals confirm" + dataHint());
            out.println("It works once, until " + invitation.path("expiresAt").asText() + ".");
        }
    }

    static Duration duration(String text) throws OfficeException {
        try {
            long count = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.toLowerCase(Locale.ROOT).charAt(text.length() - 1)) {
                case 'm' -> Duration.ofMinutes(count);
                case 'h' -> Duration.ofHours(count);
                case 'd' -> Duration.ofDays(count);
                default -> throw new NumberFormatException(text);
            };
        } catch (NumberFormatException | StringIndexOutOfBoundsException | ArithmeticException e) {
            throw new OfficeException("--expires takes a number and m, h or d, for example 24h", e);
        }
    }
}
