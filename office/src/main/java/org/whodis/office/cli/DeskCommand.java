package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who sits at the desk. */
@Command(
        name = "desk",
        description = "Shows and names who sits at the desk: they see knocks, and which line was tried by others.",
        mixinStandardHelpOptions = true,
        subcommands = {DeskCommand.ListCommand.class, DeskCommand.AddCommand.class, DeskCommand.RemoveCommand.class})
final class DeskCommand extends AdminCommand {
    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        list(office, false, out);
    }

    private static void list(AdminClient office, boolean json, PrintWriter out) throws OfficeException {
        JsonNode people = office.ask(new AdminRequest.Desk());
        if (json) {
            out.println(AdminJson.write(people));
        } else if (people.isEmpty()) {
            out.println("Nobody sits at the desk. Add somebody with: whodis office desk add NAME");
        } else {
            people.forEach(it -> out.println(it.path("name").asText()));
        }
    }

    /** As the command without a subcommand. */
    @Command(name = "list", description = "Shows who sits at the desk.", mixinStandardHelpOptions = true)
    static final class ListCommand extends AdminCommand {
        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            list(office, json, out);
        }
    }

    /** Puts somebody there. */
    @Command(
            name = "add",
            description =
                    "Puts somebody who is enrolled at the desk. They can read the notes of lines given from then on.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class AddCommand extends AdminCommand {
        @Parameters(arity = "1..*", paramLabel = "NAME", description = "The name, or the first digits of the id.")
        private List<String> who;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            JsonNode person = office.ask(new AdminRequest.DeskAdd(String.join(" ", who)));
            out.println(person.path("name").asText() + " sits at the desk.");
        }
    }

    /** Takes somebody away. */
    @Command(name = "remove", description = "Takes somebody away from the desk.", mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class RemoveCommand extends AdminCommand {
        @Parameters(arity = "1..*", paramLabel = "NAME", description = "The name, or the first digits of the id.")
        private List<String> who;

        @Override
        void run(AdminClient office, PrintWriter out) throws OfficeException {
            JsonNode person = office.ask(new AdminRequest.DeskRemove(String.join(" ", who)));
            out.println(
                    person.path("name").asText()
                            + " does not sit at the desk any more. Notes of lines that were given before stay readable for them.");
        }
    }
}
