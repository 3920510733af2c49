package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.identity.OfficeComparison;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.OtherOfficeKey;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.office.PeerOffice;
import org.whodis.office.testkit.TestDevice;

/** What operators say of other offices, and what comes of it. */
class PeerRegisterTest {
    @TempDir
    Path folder;

    private Office paris;
    private Office ottawa;

    @BeforeEach
    void start() throws Exception {
        paris = Office.start(OfficeConfig.onLoopback(folder.resolve("paris")));
        ottawa = Office.start(OfficeConfig.onLoopback(folder.resolve("ottawa")));
    }

    @AfterEach
    void stop() {
        paris.close();
        ottawa.close();
    }

    @Test
    void bothOperatorsSeeTheSameTwelveWordsAndEachComparesForItsOwnPeople() throws Exception {
        PeerOffice met = paris.meetPeer(ottawa.domain());
        assertThat(met.words()).hasSize(12);
        assertThat(met.comparedAt()).isNull();
        assertThat(ottawa.meetPeer(paris.domain()).words()).isEqualTo(met.words());
        String heard = String.join(", ", met.words()).toUpperCase(java.util.Locale.ROOT);
        assertThat(paris.comparePeer(ottawa.domain(), heard).comparedAt()).isNotNull();
        assertThat(ottawa.peerOffices().getFirst().comparedAt()).isNull();
    }

    @Test
    void otherWordsAreAnAlarmAndCompareNothing() throws Exception {
        paris.meetPeer(ottawa.domain());
        assertThatThrownBy(() -> paris.comparePeer(ottawa.domain(), "abandon ".repeat(12)))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("stands between");
        assertThat(paris.peerOffices().getFirst().comparedAt()).isNull();
    }

    @Test
    void aDeviceLearnsTheOtherOfficesKeyAndWhetherItWasCompared() throws Exception {
        TestDevice anna = TestDevice.enrol(paris, "Anna").connect(paris.httpsAddress());
        OfficeDomain other = new OfficeDomain(ottawa.domain());
        assertThat(anna.request(id -> new ToOffice.OtherOffice(id, other, ottawa.officeKey()))
                        .ok())
                .as("nobody has met it yet")
                .isFalse();
        PeerOffice met = paris.meetPeer(ottawa.domain());
        FromOffice.Response before = anna.request(id -> new ToOffice.OtherOffice(id, other, ottawa.officeKey()));
        OtherOfficeKey key = OtherOfficeKey.decode(before.body());
        assertThat(key.key().keyHash(TestDevice.PRIMITIVES)).isEqualTo(ottawa.officeKey());
        assertThat(key.compared()).isNull();
        paris.comparePeer(ottawa.domain(), String.join(" ", met.words()));
        FromOffice.Response after = anna.request(id -> new ToOffice.OtherOffice(id, other, ottawa.officeKey()));
        OfficeComparison.Signed compared = java.util.Objects.requireNonNull(
                OtherOfficeKey.decode(after.body()).compared());
        OfficeDomain own = new OfficeDomain(paris.domain());
        ottawa.meetPeer(paris.domain());
        TestDevice boris = TestDevice.enrol(ottawa, "Boris").connect(ottawa.httpsAddress());
        var ownKey = OtherOfficeKey.decode(boris.request(id -> new ToOffice.OtherOffice(id, own, paris.officeKey()))
                        .body())
                .key();
        assertThat(compared.holds(TestDevice.PRIMITIVES, own, ownKey, other, ottawa.officeKey()))
                .isTrue();
        assertThat(compared.holds(TestDevice.PRIMITIVES, own, ownKey, other, paris.officeKey()))
                .isFalse();
        assertThat(compared.holds(TestDevice.PRIMITIVES, own, key.key(), other, ottawa.officeKey()))
                .isFalse();
        assertThat(anna.request(id -> new ToOffice.OtherOffice(id, other, Bytes.of(new byte[32])))
                        .ok())
                .as("a key that is not theirs")
                .isFalse();
        anna.close();
        boris.close();
    }

    @Test
    void anOfficeThatIsDeniedIsNotTalkedToInEitherDirection() throws Exception {
        paris.meetPeer(ottawa.domain());
        paris.admitPeer(ottawa.domain(), false);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.DENIED));
        assertThat(ask(ottawa, paris)).isInstanceOf(PeerOutcome.Unknown.class);
        assertThat(paris.peers().isConnected(new OfficeDomain(ottawa.domain()))).isFalse();
        paris.admitPeer(ottawa.domain(), true);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.Refused(Refusal.NOT_KNOWN));
    }

    @Test
    void withAListOnlyListedOfficesAreTalkedToAndDenyingBeatsAllowing() throws Exception {
        paris.admitListedPeersOnly(true);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.DENIED));
        paris.admitPeer(ottawa.domain(), true);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.Refused(Refusal.NOT_KNOWN));
        paris.admitPeer(ottawa.domain(), false);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.DENIED));
        paris.admitListedPeersOnly(false);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.DENIED));
    }

    private static PeerOutcome ask(Office from, Office to) throws Exception {
        return from.peers()
                .request(new OfficeDomain(to.domain()), null, 1000, Bytes.EMPTY, System.currentTimeMillis() + 3_000)
                .get(30, TimeUnit.SECONDS);
    }
}
