package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
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

/** Who sits at the desk. */
@Command(
        name = "desk",
        description = "Shows and names who sits at the desk: they see knocks, and which line was tried by others.",
        mixinStandardHelpOptions = true,
        subcommands = {DeskCommand.ListCommand.class, DeskCommand.AddCommand.class, DeskCommand.RemoveCommand.class})
final class DeskCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException {
        return list(data, false, spec.commandLine().getOut());
    }

    private static int list(DataOption data, boolean json, PrintWriter out) throws OfficeException {
        JsonNode people = new AdminClient(data.folder()).ask(new AdminRequest.Desk());
        if (json) {
            out.println(AdminJson.write(people));
        } else if (people.isEmpty()) {
            out.println("Nobody sits at the desk. Add somebody with: whodis office desk add NAME");
        } else {
            people.forEach(it -> out.println(it.path("name").asText()));
        }
        out.flush();
        return 0;
    }

    /** As the command without a subcommand. */
    @Command(name = "list", description = "Shows who sits at the desk.", mixinStandardHelpOptions = true)
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

    /** Puts somebody there. */
    @Command(
            name = "add",
            description =
                    "Puts somebody who is enrolled at the desk. They can read the notes of lines given from then on.",
            mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class AddCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Parameters(arity = "1..*", paramLabel = "NAME", description = "The name, or the first digits of the id.")
        private List<String> who;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            JsonNode person = new AdminClient(data.folder()).ask(new AdminRequest.DeskAdd(String.join(" ", who)));
            PrintWriter out = spec.commandLine().getOut();
            out.println(person.path("name").asText() + " sits at the desk.");
            out.flush();
            return 0;
        }
    }

    /** Takes somebody away. */
    @Command(name = "remove", description = "Takes somebody away from the desk.", mixinStandardHelpOptions = true)
    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    static final class RemoveCommand implements Callable<Integer> {
        @Mixin
        private final DataOption data = new DataOption();

        @Parameters(arity = "1..*", paramLabel = "NAME", description = "The name, or the first digits of the id.")
        private List<String> who;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws OfficeException {
            JsonNode person = new AdminClient(data.folder()).ask(new AdminRequest.DeskRemove(String.join(" ", who)));
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    person.path("name").asText()
                            + " does not sit at the desk any more. Notes of lines that were given before stay readable for them.");
            out.flush();
            return 0;
        }
    }
}
