package org.whodis.phone.cli;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneListener;
import org.whodis.phone.signalling.OfficeException;

/** The phone's events on their way from its thread to the command's. */
final class Events implements PhoneListener {
    /** An office that is not there after this long is not going to be. */
    private static final long ONLINE_SECONDS = 8;

    private final BlockingQueue<PhoneEvent> queue = new LinkedBlockingQueue<>();

    @Override
    public void on(PhoneEvent event) {
        queue.add(event);
    }

    @Nullable
    PhoneEvent poll(long millis) throws InterruptedException {
        return queue.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for the session and for the first directory after it. */
    void awaitOnline(Terminal terminal) throws InterruptedException, CliException {
        long started = System.nanoTime();
        String lastProblem = "";
        while (true) {
            long waited = System.nanoTime() - started;
            if (waited > TimeUnit.SECONDS.toNanos(ONLINE_SECONDS)) {
                terminal.clearStatus();
                throw new CliException(
                        ExitStatus.NO_OFFICE,
                        lastProblem.isEmpty()
                                ? "Your office does not answer. Check the network and try again."
                                : lastProblem);
            }
            if (waited > TimeUnit.SECONDS.toNanos(2)) {
                terminal.status("Looking for the office …", " " + Wording.duration(waited));
            }
            switch (poll(250)) {
                case PhoneEvent.ContactsChanged _ -> {
                    terminal.clearStatus();
                    return;
                }
                case PhoneEvent.OfficeProblem(OfficeException why) -> {
                    lastProblem = String.valueOf(why.getMessage());
                    if (why.reason() == OfficeException.Reason.NOT_THE_OFFICE
                            || why.reason() == OfficeException.Reason.KEY_HELD) {
                        terminal.clearStatus();
                        throw new CliException(
                                ExitStatus.ALARM,
                                lastProblem
                                        + " To compare words with your office's operator: whodis phone office compare");
                    }
                    if (why.reason() == OfficeException.Reason.REFUSED) {
                        terminal.clearStatus();
                        throw new CliException(ExitStatus.NO_OFFICE, "Your office refuses this phone: " + lastProblem);
                    }
                }
                case PhoneEvent.DeviceRevoked revoked -> throw revoked(terminal, revoked);
                case PhoneEvent.MissedCall missed -> sayMissed(terminal, missed);
                case null -> {}
                default -> {}
            }
        }
    }

    /** What ends every command of a phone that was taken out. */
    static CliException revoked(Terminal terminal, PhoneEvent.DeviceRevoked event) {
        terminal.clearStatus();
        return new CliException(
                ExitStatus.ALARM,
                "This phone was removed on " + Wording.time(event.atMillis())
                        + " by another device of its person. Its keys are erased: it calls nobody and rings for nobody. To"
                        + " use it again, link it anew from one of the other devices: whodis phone devices link");
    }

    static void sayMissed(Terminal terminal, PhoneEvent.MissedCall missed) {
        terminal.say("Missed call: " + Wording.name(missed.caller()) + ", " + Wording.time(missed.atMillis()) + ", "
                + Wording.assurance(missed.caller().assurance()) + ".");
    }
}
