package org.whodis.phone.cli;

import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.line.DeskView;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LinePages.SentCall;
import org.whodis.phone.Contact;
import org.whodis.phone.Phone;
import org.whodis.phone.line.Lines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "desk",
        description =
                "For whoever sits at the desk: show who knocked, whose lines were tried by others, and calls that came"
                        + " here instead.",
        mixinStandardHelpOptions = true)
final class DeskCommand extends LineCommand.LineAction {
    private static final long TIMEOUT_SECONDS = 20;

    @Option(names = "--dismiss", paramLabel = "NUMBER", description = "A knock was dealt with: take it away.")
    private @Nullable Integer dismiss;

    @Override
    int run(Terminal terminal, Phone phone, Lines lines) throws CliException, ExecutionException, InterruptedException {
        DeskView desk = CommonOptions.await(terminal, "Reading the desk", lines.desk(), TIMEOUT_SECONDS);
        if (dismiss != null) {
            if (dismiss < 1 || dismiss > desk.knocks().size()) {
                throw new CliException(ExitStatus.FAILED, "There is no knock number " + dismiss + ".");
            }
            var _ = CommonOptions.await(
                    terminal,
                    "Dismissing",
                    lines.dismissKnock(desk.knocks().get(dismiss - 1).knock().nonce()),
                    TIMEOUT_SECONDS);
            terminal.say("Taken away.");
            return ExitStatus.OK;
        }
        terminal.say(desk.knocks().isEmpty() ? "Nobody has knocked." : "Knocks:");
        int number = 0;
        for (DeskView.KnockView each : desk.knocks()) {
            number++;
            terminal.say("  " + number + ". " + LineWording.person(each.knocker()) + ", "
                    + Wording.time(each.knock().at()) + ", for \""
                    + each.knock().toName() + "\": \""
                    + each.knock().text() + "\"");
        }
        terminal.say(desk.incidents().isEmpty() ? "No line was tried by others." : "Lines that others tried:");
        for (DeskView.IncidentView each : desk.incidents()) {
            terminal.say("  Line " + each.line().shortForm() + ", given to "
                    + (each.note().isEmpty() ? "(a note that is not for you)" : each.note()) + ":");
            for (LineIncident incident : each.incidents()) {
                terminal.say("    " + LineWording.incident(incident));
            }
        }
        for (SentCall call : desk.calls()) {
            String name = call.name().isEmpty() ? "Somebody" : call.name();
            terminal.say("  " + Wording.time(call.at()) + ": " + name + " ("
                    + call.caller().office().value() + ") called " + callee(phone, call) + ", who sent the call here.");
        }
        return ExitStatus.OK;
    }

    private static String callee(Phone phone, SentCall call) {
        for (Contact contact : phone.contacts()) {
            if (contact.principal().equals(call.callee())) {
                return contact.name();
            }
        }
        return "somebody";
    }
}
