package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.verify.bench.DelayedLink;

/**
 * An hour in which nothing passes between two offices, neither messages nor the trunk's packets: over real sockets, with
 * the clocks of all set on by an hour. TCP keeps what was sent meanwhile, so at the end it all comes at once, too late.
 */
@Timeout(600)
class PartitionedOfficesTest {
    private static final long HOUR = 3_600_000;

    @TempDir
    Path folder;

    private final DelayedLink link = new DelayedLink(0);
    private final AtomicLong skipped = new AtomicLong();
    private final InstantSource clock = () -> Instant.now().plusMillis(skipped.get());
    private Office vestmark;
    private Office aldera;
    private TestPhone ada;
    private TestPhone bob;
    private LineId toBob;
    private LineId toAda;

    @BeforeEach
    void start() throws Exception {
        vestmark = office("vestmark");
        aldera = office("aldera");
        ada = TestPhone.enrol(vestmark, folder.resolve("ada"), "Ada", Speech.ofAda(), clock);
        bob = TestPhone.enrol(aldera, folder.resolve("bob"), "Bob", Speech.ofBob(), clock);
        toBob = line(bob, ada);
        toAda = line(ada, bob);
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        vestmark.close();
        aldera.close();
        link.close();
    }

    @Test
    void afterAnHourApartCallsWorkBothWaysAndNothingOfMeanwhileRingsOrIsDoneTwice() throws Exception {
        CallId before = connected(ada, bob, toBob);
        ada.phone.hangUp(before);
        bob.awaitState(before, State.ENDED);
        CallId running = connected(bob, ada, toAda);
        link.cut(true);
        // Neither hears the other any more: each hangs up, and rings in vain.
        ada.phone.hangUp(running);
        bob.phone.hangUp(running);
        ada.awaitState(running, State.ENDED);
        bob.awaitState(running, State.ENDED);
        CallId adasInVain = ada.phone.call(toBob);
        CallId bobsInVain = bob.phone.call(toAda);
        ada.awaitCall(adasInVain, each -> each.view().state() != State.RINGING_THERE);
        skipped.set(HOUR);
        ada.awaitState(adasInVain, State.ENDED);
        bob.awaitState(bobsInVain, State.ENDED);
        link.cut(false);

        CallId after = connected(ada, bob, toBob);
        assertTalking(after);
        ada.phone.hangUp(after);
        bob.awaitState(after, State.ENDED);
        CallId back = connected(bob, ada, toAda);
        assertTalking(back);
        bob.phone.hangUp(back);
        ada.awaitState(back, State.ENDED);

        assertThat(vestmark.metrics()).doesNotContain("whodis_relay_trunk_frames_in_total 0\n");
        assertThat(ranOnce(bob)).containsExactly(before, after);
        assertThat(ranOnce(ada)).containsExactly(running, back);
    }

    /** The calls that rang, in their order, none of them twice. */
    private static List<CallId> ranOnce(TestPhone phone) {
        List<CallId> rang = phone.all(PhoneEvent.Ringing.class).stream()
                .map(each -> each.call().view().callId())
                .toList();
        assertThat(new HashSet<>(rang)).hasSameSizeAs(rang);
        return rang;
    }

    private void assertTalking(CallId call) throws Exception {
        for (TestPhone each : List.of(ada, bob)) {
            each.awaitOpened(call, each.report(call).framesOpened() + 50);
        }
    }

    private static CallId connected(TestPhone caller, TestPhone callee, LineId line) throws Exception {
        int rings = callee.all(PhoneEvent.Ringing.class).size();
        CallId call = caller.phone.call(line);
        assertThat(callee.awaitRingingBeyond(rings)).isEqualTo(call);
        callee.phone.answer(call);
        for (TestPhone each : List.of(caller, callee)) {
            each.awaitState(call, State.CONNECTED);
            each.awaitOpened(call, 30);
        }
        return call;
    }

    private static LineId line(TestPhone issuer, TestPhone holder) throws Exception {
        NewLine given = issuer.phone.lines().give(LineOrder.open("")).get(30, TimeUnit.SECONDS);
        holder.phone.lines().redeem(given.link(), false).get(30, TimeUnit.SECONDS);
        issuer.await(PhoneEvent.LineWaiting.class);
        issuer.phone.lines().decide(given.id(), true).get(30, TimeUnit.SECONDS);
        return holder.await(PhoneEvent.LineReady.class).line().id();
    }

    private Office office(String name) throws Exception {
        Office office = Office.start(
                link.over(OfficeConfig.onLoopback(folder.resolve(name)).withClock(clock)));
        link.carryTcp(office.httpsAddress());
        return office;
    }
}
