package org.whodis.verify.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallView;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.office.Office;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.Protection;

/** A phone whose microphone gives a tone and whose loudspeaker is nobody's. */
final class BenchPhone implements AutoCloseable {
    static final long PATIENCE_SECONDS = 30;

    final List<PhoneEvent> seen = new ArrayList<>();
    final BlockingQueue<PhoneEvent> events = new LinkedBlockingQueue<>();
    final Phone phone;

    BenchPhone(Path folder) throws Exception {
        PhoneConfig config = PhoneConfig.standard(new AudioDevices() {
            @Override
            public AudioSource openSource(CallId call) {
                return frame -> {
                    for (int i = 0; i < AudioFrame.SAMPLES; i++) {
                        frame[i] = (short) (8000 * Math.sin(2 * Math.PI * i / 96));
                    }
                    return true;
                };
            }

            @Override
            public AudioSink openSink(CallId call) {
                return frame -> {};
            }
        });
        Keystore keystore = Keystore.create(
                folder,
                new Protection.KeyFile(),
                Phone.newState(config.primitives(), config.random()),
                config.primitives(),
                config.random());
        phone = Phone.open(config, keystore, events::add);
    }

    PrincipalId enrol(Office office, String name) throws Exception {
        PendingEnrolment pending =
                phone.enrol(office.invite(name, "", Duration.ofMinutes(5)).link());
        office.confirm(String.join(" ", pending.words()));
        PrincipalId principal =
                pending.confirmed().get(PATIENCE_SECONDS, TimeUnit.SECONDS).principal();
        phone.start();
        await("to be online", event -> event instanceof PhoneEvent.Online ? event : null);
        phone.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return principal;
    }

    PhoneCall ringing() throws InterruptedException, TimeoutException {
        return await("to ring", event -> event instanceof PhoneEvent.Ringing(PhoneCall call) ? call : null);
    }

    <T> T await(String what, Function<PhoneEvent, @Nullable T> wanted) throws InterruptedException, TimeoutException {
        while (true) {
            PhoneEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new TimeoutException("a phone waited " + what + " in vain; the last it saw was "
                        + (seen.isEmpty() ? "nothing" : seen.getLast()));
            }
            seen.add(event);
            @Nullable T found = wanted.apply(event);
            if (found != null) {
                return found;
            }
        }
    }

    PhoneCall await(CallId id, CallView.State state) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            @Nullable PhoneCall call = phone.callView(id);
            if (call != null && call.view().state() == state && heardIfConnected(call, state)) {
                return call;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        throw new TimeoutException("the call never was " + state);
    }

    private static boolean heardIfConnected(PhoneCall call, CallView.State state) {
        return state != CallView.State.CONNECTED || call.times().firstOpened() != 0;
    }

    @Override
    public void close() {
        phone.close();
    }
}
