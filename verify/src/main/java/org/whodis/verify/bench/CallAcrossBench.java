package org.whodis.verify.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.whodis.core.call.CallView;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.CallTimes;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;

/**
 * How long a person waits when the other one is at another office: whole calls by a line, warm, in one process; once with the
 * offices beside each other, and once with 150 ms of one-way delay between them, for their messages and their media.
 */
public final class CallAcrossBench {
    private static final int WARM_UP_CALLS = 3;
    private static final int CALLS = 12;
    private static final long FAR_MILLIS = 150;

    /** The office lets six calls a minute pass from one person to one other. */
    private static final long PAUSE_MILLIS = 10_500;

    /** A person looks before tapping. */
    private static final long LOOK_MILLIS = 700;

    private CallAcrossBench() {}

    public static void main(String[] arguments) throws Exception {
        System.out.printf(Locale.ROOT, "%-52s %8s %8s %8s%n", "ms", "median", "p95", "max");
        measure("side by side", 0);
        measure(FAR_MILLIS + " ms apart", FAR_MILLIS);
    }

    private static void measure(String name, long delayMillis) throws Exception {
        Path folder = Files.createTempDirectory("whodis-bench");
        try (DelayedLink link = new DelayedLink(delayMillis);
                Office first = office(folder.resolve("first"), link);
                Office second = office(folder.resolve("second"), link);
                BenchPhone caller = new BenchPhone(folder.resolve("caller"));
                BenchPhone callee = new BenchPhone(folder.resolve("callee"))) {
            link.carryTcp(first.httpsAddress());
            link.carryTcp(second.httpsAddress());
            caller.enrol(first, "Caller");
            callee.enrol(second, "Callee");
            HeldLine line = line(caller, callee);
            double[] ringing = new double[CALLS];
            double[] atCaller = new double[CALLS];
            double[] atCallee = new double[CALLS];
            for (int i = -WARM_UP_CALLS; i < CALLS; i++) {
                CallTimes[] times = call(caller, callee, line);
                if (i >= 0) {
                    ringing[i] = (times[0].ringing() - times[0].dialled()) / 1e6;
                    atCaller[i] = (times[0].firstOpened() - times[1].answered()) / 1e6;
                    atCallee[i] = (times[1].firstOpened() - times[1].answered()) / 1e6;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            row(name + ": call to ringing, as the caller sees it", ringing);
            row(name + ": answer to first opened frame, caller", atCaller);
            row(name + ": answer to first opened frame, callee", atCallee);
        } finally {
            CallBench.delete(folder);
        }
    }

    private static Office office(Path folder, DelayedLink link) throws Exception {
        return Office.start(link.over(OfficeConfig.onLoopback(folder)));
    }

    private static HeldLine line(BenchPhone caller, BenchPhone callee) throws Exception {
        NewLine line = callee.phone.lines().give(LineOrder.open("")).get(BenchPhone.PATIENCE_SECONDS, TimeUnit.SECONDS);
        caller.phone.lines().redeem(line.link(), false).get(BenchPhone.PATIENCE_SECONDS, TimeUnit.SECONDS);
        callee.await("to be asked", event -> event instanceof PhoneEvent.LineWaiting ? event : null);
        callee.phone.lines().decide(line.id(), true).get(BenchPhone.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return caller.await(
                "to be approved", event -> event instanceof PhoneEvent.LineReady(HeldLine ready) ? ready : null);
    }

    private static CallTimes[] call(BenchPhone caller, BenchPhone callee, HeldLine line) throws Exception {
        CallId id = caller.phone.call(line.id());
        callee.ringing();
        caller.await(id, CallView.State.RINGING_THERE);
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        callee.phone.answer(id);
        caller.await(id, CallView.State.CONNECTED);
        callee.await(id, CallView.State.CONNECTED);
        caller.phone.hangUp(id);
        CallTimes there = callee.await(id, CallView.State.ENDED).times();
        CallTimes here = caller.await(id, CallView.State.ENDED).times();
        return new CallTimes[] {here, there};
    }

    private static void row(String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-52s %8.1f %8.1f %8.1f%n",
                name,
                sorted[sorted.length / 2],
                sorted[sorted.length * 95 / 100],
                sorted[sorted.length - 1]);
    }
}
