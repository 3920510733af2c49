package org.whodis.office.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code whodis office}. Exit codes as everywhere: 0 done; 1 not done, and a sentence on standard error says why and what to
 * do; 2 the command line itself was wrong. Every command throws {@link org.whodis.office.OfficeException} for 1.
 */
@Command(
        name = "office",
        description = "Runs an office: the server of one organisation.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            InitCommand.class,
            RunCommand.class,
            InviteCommand.class,
            PrincipalsCommand.class,
            PeersCommand.class,
            KeysCommand.class,
            DeskCommand.class,
            StatusCommand.class,
            RestartSignallingCommand.class,
            RestartRelayCommand.class,
            StopCommand.class
        },
        footer = {
            "",
            "To begin:",
            "  whodis office run                                  starts an office on this machine",
            "  whodis office invite --name 'Anna Ek' --title PM   gives a link for one person",
            "  whodis office principals                           shows who waits, with their words",
            "  whodis office principals confirm                   lets them in"
        })
public final class OfficeCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do, for example: whodis office run");
    }
}
