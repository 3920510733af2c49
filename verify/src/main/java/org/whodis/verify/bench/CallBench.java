package org.whodis.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallView;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.CallTimes;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.Protection;

/**
 * How long a person waits: whole calls between two phones over an office and its relay, warm, on loopback, in one process.
 * Each call rings, is answered at once, runs for five seconds and is hung up; the two take turns in calling.
 */
public final class CallBench {
    private static final int WARM_UP_CALLS = 3;
    private static final int CALLS = 20;
    /** Long enough that the office's limit of six calls a minute from one person to one other is not met. */
    private static final Duration TALK = Duration.ofMillis(5_200);

    private static final long PATIENCE_SECONDS = 30;

    private CallBench() {}

    /** A phone whose microphone gives a tone and whose loudspeaker is nobody's. */
    private static final class BenchPhone implements AutoCloseable {
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

        private <T> T await(String what, Function<PhoneEvent, @Nullable T> wanted)
                throws InterruptedException, TimeoutException {
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

    /** The times of one call on both phones, and the median way of a frame from mouth to ear. */
    private record Measured(CallTimes caller, CallTimes callee, double mouthToEarMillis) {
        private static final double MILLI = 1e6;

        double callToRinging() {
            return (caller.ringing() - caller.dialled()) / MILLI;
        }

        double answerToSoundAtCaller() {
            return (caller.firstOpened() - callee.answered()) / MILLI;
        }

        double answerToSoundAtCallee() {
            return (callee.firstOpened() - callee.answered()) / MILLI;
        }

        double answerToKeysAtCaller() {
            return (caller.keys() - callee.answered()) / MILLI;
        }

        double answerToKeysAtCallee() {
            return (callee.keys() - callee.answered()) / MILLI;
        }

        double answerToRelayAtCallee() {
            return (callee.media() - callee.answered()) / MILLI;
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("whodis-bench");
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
                BenchPhone caller = new BenchPhone(folder.resolve("caller"));
                BenchPhone callee = new BenchPhone(folder.resolve("callee"))) {
            PrincipalId first = caller.enrol(office, "Caller");
            PrincipalId second = callee.enrol(office, "Callee");
            caller.phone.refreshContacts().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            callee.phone.refreshContacts().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Measured[] all = new Measured[CALLS];
            for (int i = -WARM_UP_CALLS; i < CALLS; i++) {
                Measured one = i % 2 == 0 ? call(caller, callee, second) : call(callee, caller, first);
                if (i >= 0) {
                    all[i] = one;
                }
            }
            print(all);
        } finally {
            delete(folder);
        }
    }

    private static Measured call(BenchPhone caller, BenchPhone callee, PrincipalId person) throws Exception {
        CallId id = caller.phone.call(person);
        callee.ringing();
        caller.await(id, CallView.State.RINGING_THERE);
        callee.phone.answer(id);
        caller.await(id, CallView.State.CONNECTED);
        callee.await(id, CallView.State.CONNECTED);
        TimeUnit.NANOSECONDS.sleep(TALK.toNanos());
        var captured = caller.phone.capturedAt(id);
        var played = callee.phone.playedAt(id);
        long[] delays = captured == null || played == null ? new long[0] : captured.delaysUntil(played);
        Arrays.sort(delays);
        double mouthToEar = delays.length == 0 ? Double.NaN : delays[delays.length / 2] / 1e6;
        caller.phone.hangUp(id);
        PhoneCall there = callee.await(id, CallView.State.ENDED);
        PhoneCall here = caller.await(id, CallView.State.ENDED);
        return new Measured(here.times(), there.times(), mouthToEar);
    }

    private static void print(Measured[] all) {
        System.out.printf(Locale.ROOT, "%-44s %8s %8s %8s   of %d calls%n", "ms", "median", "p95", "max", all.length);
        row("call to ringing, as the caller sees it", all, Measured::callToRinging);
        row("answer to first opened frame at the caller", all, Measured::answerToSoundAtCaller);
        row("answer to first opened frame at the callee", all, Measured::answerToSoundAtCallee);
        row("  of it: answer to keys at the caller", all, Measured::answerToKeysAtCaller);
        row("  of it: answer to keys at the callee", all, Measured::answerToKeysAtCallee);
        row("  of it: answer to DTLS up at the callee", all, Measured::answerToRelayAtCallee);
        row("mouth to ear, median of each call", all, Measured::mouthToEarMillis);
    }

    private static void row(String name, Measured[] all, ToDoubleFunction<Measured> figure) {
        double[] sorted = Arrays.stream(all).mapToDouble(figure).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-44s %8.1f %8.1f %8.1f%n",
                name,
                sorted[sorted.length / 2],
                sorted[sorted.length * 95 / 100],
                sorted[sorted.length - 1]);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
