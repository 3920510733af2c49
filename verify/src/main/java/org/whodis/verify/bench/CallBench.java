package org.whodis.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.whodis.core.call.CallView;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.CallTimes;
import org.whodis.phone.PhoneCall;

/**
 * How long a person waits: whole calls between two phones over an office and its relay, warm, on loopback, in one process.
 * Each call rings, is answered at once, runs for five seconds and is hung up; the two take turns in calling.
 */
public final class CallBench {
    private static final int WARM_UP_CALLS = 3;
    private static final int CALLS = 20;
    /** Long enough that the office's limit of six calls a minute from one person to one other is not met. */
    private static final Duration TALK = Duration.ofMillis(5_200);

    private CallBench() {}

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
            caller.phone.refreshContacts().get(BenchPhone.PATIENCE_SECONDS, TimeUnit.SECONDS);
            callee.phone.refreshContacts().get(BenchPhone.PATIENCE_SECONDS, TimeUnit.SECONDS);
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

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
