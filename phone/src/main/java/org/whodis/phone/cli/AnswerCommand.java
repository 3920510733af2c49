package org.whodis.phone.cli;

import org.jspecify.annotations.Nullable;
import org.whodis.core.call.EndReason;
import org.whodis.core.message.CallId;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "answer", description = "Wait for calls and answer them.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class AnswerCommand extends Action {
    private static final String BELL = "\u0007";

    @Mixin
    private CommonOptions common;

    @Mixin
    private AudioOptions audio;

    @Option(names = "--auto", description = "Answer every call at once: for scripts.")
    private boolean auto;

    @Option(names = "--calls", paramLabel = "N", description = "Stop after N calls (default: go on until stopped).")
    private int calls;

    @Override
    int run(Terminal terminal) throws CliException, PhoneException, InterruptedException {
        if (!auto && !terminal.isInteractive()) {
            terminal.say("There is no terminal: type a and Enter to answer, or use --auto.");
        }
        PhoneConfig config = PhoneConfig.standard(audio.devices());
        Events events = new Events();
        try (Phone phone = common.openOnline(config, terminal, events)) {
            closeOnExit(phone);
            terminal.say("Reachable as " + Wording.name(phone.owner()) + ". Stop with Ctrl-C.");
            int status = ExitStatus.OK;
            for (int taken = 0; calls == 0 || taken < calls; taken++) {
                CallId callId = awaitCall(terminal, events);
                if (callId == null) {
                    return status;
                }
                if (terminal.isInteractive()) {
                    System.out.print(BELL);
                }
                EndReason ended = new CallScreen(phone, terminal, events, callId, audio.seconds()).run(auto);
                status = CallScreen.status(ended);
            }
            return status;
        }
    }

    private static @Nullable CallId awaitCall(Terminal terminal, Events events)
            throws InterruptedException, CliException {
        terminal.status("Waiting for a call", "");
        while (!Thread.currentThread().isInterrupted()) {
            switch (events.poll(1_000)) {
                case PhoneEvent.Ringing(var call) -> {
                    return call.view().callId();
                }
                case PhoneEvent.MissedCall missed -> Events.sayMissed(terminal, missed);
                case PhoneEvent.Offline(String why) ->
                    terminal.say("The connection to the office is gone (" + why + "); trying again.");
                case PhoneEvent.Online _ -> terminal.status("Waiting for a call", "");
                case PhoneEvent.StorageProblem(String why) -> terminal.say(why);
                case PhoneEvent.DeviceRevoked revoked -> throw Events.revoked(terminal, revoked);
                case null -> {}
                default -> {}
            }
        }
        return null;
    }
}
