package org.whodis.app;

import org.whodis.app.demo.DemoCommand;
import org.whodis.app.web.WebCommand;
import org.whodis.office.cli.OfficeCommand;
import org.whodis.phone.cli.LineCommand;
import org.whodis.phone.cli.PhoneCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The root of the command line.
 *
 * <p>Exit codes: 0 all went as asked; 1 it did not, and a sentence on standard error says why; 2 the command line itself
 * was wrong.
 */
@Command(
        name = "whodis",
        description = "A direct line between people who must be sure who is calling and that nobody else is listening.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DemoCommand.class, OfficeCommand.class, PhoneCommand.class, LineCommand.class, WebCommand.class},
        mixinStandardHelpOptions = true,
        version = Whodis.VERSION,
        footer = {
            "",
            "From the project's folder also:",
            "  test      runs every test of the project and counts them",
            "  bench     measures what the documentation claims of speed and size",
            "  simulate  lives whole worlds of phones and offices in virtual time, with faults and hostile parties",
            "  format    brings the sources into the project's form",
        })
public final class Whodis implements Runnable {
    /** The program and its version, as {@code --version} prints it. */
    public static final String VERSION = "Whodis 0.1.0";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    private Whodis() {}

    /** Runs the command named by the arguments and leaves the process with its exit code. */
    public static void main(String[] arguments) {
        Logging.setUp(arguments);
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Whodis()).setExecutionExceptionHandler(Whodis::report);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do, for example: whodis demo");
    }

    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        String said = failure.getMessage();
        command.getErr().println(said == null || said.isBlank() ? failure.toString() : said);
        if (System.getenv("WHODIS_TRACE") != null) {
            failure.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
