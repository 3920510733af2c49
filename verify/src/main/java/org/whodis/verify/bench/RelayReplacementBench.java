package org.whodis.verify.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.whodis.core.call.CallView;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.media.MediaReport;

/**
 * How long two people do not hear each other when the relay of their running call dies: from the last frame that a phone
 * opened before its thread was killed to the first one that it opened from the new relay. Warm, on loopback, in one process.
 */
public final class RelayReplacementBench {
    private static final int WARM_UP = 2;
    private static final int DEATHS = 20;
    private static final long TALK_MILLIS = 1_500;

    private RelayReplacementBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("whodis-bench");
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
                BenchPhone caller = new BenchPhone(folder.resolve("caller"));
                BenchPhone callee = new BenchPhone(folder.resolve("callee"))) {
            caller.enrol(office, "Caller");
            PrincipalId person = callee.enrol(office, "Callee");
            caller.phone.refreshContacts().get(BenchPhone.PATIENCE_SECONDS, TimeUnit.SECONDS);
            CallId call = caller.phone.call(person);
            callee.ringing();
            callee.phone.answer(call);
            caller.await(call, CallView.State.CONNECTED);
            callee.await(call, CallView.State.CONNECTED);
            double[] gaps = new double[2 * DEATHS];
            for (int i = -WARM_UP; i < DEATHS; i++) {
                TimeUnit.MILLISECONDS.sleep(TALK_MILLIS);
                double[] both = kill(caller, callee, call);
                if (i >= 0) {
                    gaps[2 * i] = both[0];
                    gaps[2 * i + 1] = both[1];
                }
            }
            Arrays.sort(gaps);
            System.out.printf(
                    Locale.ROOT,
                    "gap in what a phone hears when its relay is killed: median %.0f ms, p95 %.0f ms, most %.0f ms"
                            + " (%d deaths, two phones; bound 1000 ms)%n",
                    gaps[gaps.length / 2],
                    gaps[gaps.length * 95 / 100],
                    gaps[gaps.length - 1],
                    DEATHS);
        } finally {
            CallBench.delete(folder);
        }
    }

    private static double[] kill(BenchPhone caller, BenchPhone callee, CallId call) throws Exception {
        int before = report(caller, call).placements();
        Gap first = new Gap(caller, call);
        Gap second = new Gap(callee, call);
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("relay"))
                .forEach(Thread::interrupt);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BenchPhone.PATIENCE_SECONDS);
        while (!(first.isOver(before) && second.isOver(before))) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("nobody heard anything again");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return new double[] {first.millis(), second.millis()};
    }

    private static MediaReport report(BenchPhone phone, CallId call) {
        MediaReport report = phone.phone.stats(call);
        if (report == null) {
            throw new IllegalStateException("a call without media");
        }
        return report;
    }

    /** Watches the frames that a phone opens: the longest time without one until several came by the new place. */
    private static final class Gap {
        private static final int ENOUGH = 10;

        private final BenchPhone phone;
        private final CallId call;
        private long opened;
        private long openedAt;
        private long longest;
        private long openedAtNewPlace = -1;

        Gap(BenchPhone phone, CallId call) {
            this.phone = phone;
            this.call = call;
            this.opened = report(phone, call).framesOpened();
            this.openedAt = System.nanoTime();
        }

        boolean isOver(int placementsBefore) {
            MediaReport report = report(phone, call);
            long now = System.nanoTime();
            if (report.framesOpened() > opened) {
                longest = Math.max(longest, now - openedAt);
                openedAt = now;
                opened = report.framesOpened();
            }
            if (report.placements() > placementsBefore && openedAtNewPlace < 0) {
                openedAtNewPlace = opened;
            }
            return openedAtNewPlace >= 0 && opened >= openedAtNewPlace + ENOUGH;
        }

        double millis() {
            return longest / 1e6;
        }
    }
}
