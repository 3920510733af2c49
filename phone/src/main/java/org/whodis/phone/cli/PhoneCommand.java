package org.whodis.phone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whodis phone}. */
@Command(
        name = "phone",
        description = "A phone: enrol it at an office, then call and be called.",
        mixinStandardHelpOptions = true,
        subcommands = {
            EnrolCommand.class,
            ContactsCommand.class,
            CallCommand.class,
            AnswerCommand.class,
            DevicesCommand.class,
            OfficeCommand.class,
            DeskCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:not done; the message says why and what to do",
            "2:the command line was not understood",
            "3:the office cannot be reached",
            "4:there was no conversation: declined, busy, no answer",
            "5:the keystore cannot be opened",
            "6:alarm: somebody is in between"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the field
public final class PhoneCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return ExitStatus.OK;
    }
}
