package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.OfficeKey;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;
import org.whodis.phone.signalling.OfficeException;

/** What an office's own phones, and people of another office who hold lines, make of a new office key. */
@Timeout(600)
class OfficeKeyChangeTest {
    @TempDir
    Path folder;

    private final AtomicLong skipped = new AtomicLong();
    private final InstantSource clock = () -> Instant.now().plusMillis(skipped.get());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Office vestmark;
    private Path recovery;

    @BeforeEach
    void start() throws Exception {
        recovery = folder.resolve("recovery.key");
        vestmark = keep(Office.start(OfficeConfig.onLoopback(folder.resolve("vestmark"))
                .withClock(clock)
                .withRecoveryKey(recovery)));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void phonesFollowWithTheRecoveryKeyAndTheCallGoesOn() throws Exception {
        TestPhone ada = enrol(vestmark, "Ada", Speech.ofAda());
        TestPhone bob = enrol(vestmark, "Bob", Speech.ofBob());
        CallId call = ada.call("Bob");
        bob.awaitRinging();
        bob.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        bob.awaitOpened(call, 30);
        int online = bob.all(PhoneEvent.Online.class).size();
        vestmark.rotateKey(recovery, null);
        bob.awaitOpened(call, bob.report(call).framesOpened() + 100);
        assertThat(bob.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
        TestPhone.until(() -> bob.all(PhoneEvent.Online.class).size() > online ? true : null);
        TestPhone.until(() -> ada.all(PhoneEvent.Online.class).size() > 1 ? true : null);
        assertThat(problems(bob))
                .doesNotContain(OfficeException.Reason.NOT_THE_OFFICE, OfficeException.Reason.KEY_HELD);
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
        // A person who came before and one who came after know each other, and a further device joins the first.
        TestPhone cleo = enrol(vestmark, "Cleo", Speech.ofBob());
        CallId next = cleo.call("Ada");
        assertThat(ada.awaitRinging()).isEqualTo(next);
        ada.phone.answer(next);
        cleo.awaitState(next, State.CONNECTED);
        cleo.phone.hangUp(next);
        ada.awaitState(next, State.ENDED);
        TestPhone second = keep(TestPhone.link(ada, folder.resolve("second"), Speech.ofAda(), clock));
        assertThat(second.phone.owner().name()).isEqualTo("Ada");
    }

    @Test
    void aPhoneThatWasAwayForTwoChangesFollowsBothAndStaysSo() throws Exception {
        TestPhone ada = enrol(vestmark, "Ada", Speech.ofAda());
        ada.close();
        vestmark.rotateKey(recovery, null);
        vestmark.rotateKey(recovery, null);
        TestPhone back = keep(TestPhone.reopen(folder.resolve("Ada"), Speech.ofAda(), clock));
        assertThat(problems(back))
                .doesNotContain(OfficeException.Reason.NOT_THE_OFFICE, OfficeException.Reason.KEY_HELD);
        back.close();
        TestPhone again = keep(TestPhone.reopen(folder.resolve("Ada"), Speech.ofAda(), clock));
        assertThat(again.phone.owner().name()).isEqualTo("Ada");
    }

    @Test
    void withoutTheRecoveryKeyAPhoneSaysSoAndWaitsForTwoDays() throws Exception {
        TestPhone ada = enrol(vestmark, "Ada", Speech.ofAda());
        int online = ada.all(PhoneEvent.Online.class).size();
        vestmark.rotateKey(null, folder.resolve("next-recovery.key"));
        TestPhone.until(() -> problems(ada).contains(OfficeException.Reason.KEY_HELD) ? true : null);
        assertThat(ada.all(PhoneEvent.Online.class)).hasSize(online);
        skipped.addAndGet(PeerKeys.HOLD_MILLIS);
        ada.phone.reconnect();
        TestPhone.until(() -> ada.all(PhoneEvent.Online.class).size() > online ? true : null);
    }

    @Test
    void whoComparesTheKeyWithTheOperatorNeedNotWait() throws Exception {
        TestPhone ada = enrol(vestmark, "Ada", Speech.ofAda());
        assertThat(ada.phone.officeKey().words()).isEqualTo(vestmark.keys().words());
        assertThat(ada.phone.officeKey().other()).isNull();
        int online = ada.all(PhoneEvent.Online.class).size();
        Bytes before = ada.phone.officeKey().key();
        vestmark.rotateKey(null, folder.resolve("next-recovery.key"));
        TestPhone.until(() -> problems(ada).contains(OfficeException.Reason.KEY_HELD) ? true : null);
        OfficeKey.Other other = ada.phone.officeKey().other();
        assertThat(other).isNotNull();
        assertThat(other.words()).isEqualTo(vestmark.keys().words());
        assertThat(ada.phone.officeKey().key()).isEqualTo(before);
        assertThat(ada.phone.officeCompared(Bytes.of(new byte[32]))).isFalse();
        assertThat(ada.phone.officeCompared(other.key())).isTrue();
        TestPhone.until(() -> ada.all(PhoneEvent.Online.class).size() > online ? true : null);
        ada.close();
        TestPhone again = keep(TestPhone.reopen(folder.resolve("Ada"), Speech.ofAda(), clock));
        assertThat(again.phone.officeKey().key()).isEqualTo(other.key());
        assertThat(again.phone.officeKey().other()).isNull();
    }

    @Test
    void aLineOfBeforeIsRedeemedAndRingsAfterwards() throws Exception {
        Office aldera = keep(
                Office.start(OfficeConfig.onLoopback(folder.resolve("aldera")).withClock(clock)));
        TestPhone ada = enrol(aldera, "Ada", Speech.ofAda());
        TestPhone bob = enrol(vestmark, "Bob", Speech.ofBob());
        NewLine before = bob.phone.lines().give(LineOrder.open("given before")).get(30, TimeUnit.SECONDS);
        int online = bob.all(PhoneEvent.Online.class).size();
        vestmark.rotateKey(recovery, null);
        TestPhone.until(() -> bob.all(PhoneEvent.Online.class).size() > online ? true : null);
        ada.phone.lines().redeem(before.link(), true).get(30, TimeUnit.SECONDS);
        bob.await(PhoneEvent.LineWaiting.class);
        bob.phone.lines().decide(before.id(), true).get(30, TimeUnit.SECONDS);
        HeldLine held = ada.await(PhoneEvent.LineReady.class).line();
        CallId call = ada.phone.call(held.id());
        assertThat(bob.awaitRinging()).isEqualTo(call);
        bob.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 30);
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
    }

    private static List<OfficeException.Reason> problems(TestPhone phone) {
        return phone.all(PhoneEvent.OfficeProblem.class).stream()
                .map(each -> each.why().reason())
                .toList();
    }

    private TestPhone enrol(Office office, String name, org.whodis.media.audio.Pcm speech) throws Exception {
        return keep(TestPhone.enrol(office, folder.resolve(name), name, speech, clock));
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }
}
