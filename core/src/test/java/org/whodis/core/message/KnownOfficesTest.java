package org.whodis.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.DOMAIN;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.OfficeComparison;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.People;
import org.whodis.core.wire.Bytes;

class KnownOfficesTest {
    private static final OfficeDomain PARIS = new OfficeDomain("paris.example");

    private final People people = new People(45);
    private final HybridKeyPair paris = HybridKeyPair.generate(PRIMITIVES, people.random());
    private final Bytes parisHash = paris.publicKey().keyHash(PRIMITIVES);
    private final KnownOffices.Name asked = new KnownOffices.Name(PARIS, parisHash);
    private PeerKeys own = PeerKeys.first(
            DOMAIN, people.office().publicKey(), people.officeKey(), OfficeDescriptor.NO_RECOVERY_KEY, NOW);
    private final KnownOffices offices = new KnownOffices(PRIMITIVES, () -> own);

    private Bytes answer(HybridPublicKey key, OfficeComparison.@Nullable Signed compared) {
        return new OtherOfficeKey(key, compared).encode();
    }

    private OfficeComparison.Signed comparison(HybridKeyPair by, Bytes byHash, Bytes of) {
        return OfficeComparison.Signed.sign(
                PRIMITIVES, people.random(), by, new OfficeComparison(DOMAIN, byHash, PARIS, of, NOW));
    }

    @Test
    void theOwnOfficeIsKnownByTheKeysThatCountAndNobodyTeachesAnother() {
        assertThat(offices.find(DOMAIN, people.officeKey()))
                .isEqualTo(people.office().publicKey());
        assertThat(offices.standing(DOMAIN, people.officeKey())).isEqualTo(OfficeStanding.AUTHENTICATED);
        offices.learn(DOMAIN, paris.publicKey(), OfficeStanding.AUTHENTICATED);
        offices.told(new KnownOffices.Name(DOMAIN, parisHash), answer(paris.publicKey(), null));
        assertThat(offices.find(DOMAIN, parisHash)).isNull();
        assertThat(offices.standing(DOMAIN, parisHash)).isEqualTo(OfficeStanding.NOT_COMPARED);
        own = PeerKeys.first(DOMAIN, paris.publicKey(), parisHash, OfficeDescriptor.NO_RECOVERY_KEY, NOW);
        assertThat(offices.find(DOMAIN, parisHash))
                .as("it follows what is believed")
                .isNotNull();
    }

    @Test
    void aKeyIsTakenOnlyForTheHashThatWasAskedFor() {
        offices.told(asked, answer(people.office().publicKey(), null));
        offices.told(asked, Bytes.utf8("no answer"));
        assertThat(offices.find(PARIS, parisHash)).isNull();
        offices.told(asked, answer(paris.publicKey(), null));
        assertThat(offices.find(PARIS, parisHash)).isEqualTo(paris.publicKey());
        assertThat(offices.standing(PARIS, parisHash)).isEqualTo(OfficeStanding.NOT_COMPARED);
    }

    @Test
    void onlyTheOwnOfficesWordMakesAnotherComparedAndOnlyUnderTheKeyThatCounts() {
        offices.told(asked, answer(paris.publicKey(), comparison(paris, parisHash, parisHash)));
        assertThat(offices.standing(PARIS, parisHash)).isEqualTo(OfficeStanding.NOT_COMPARED);
        offices.told(
                asked, answer(paris.publicKey(), comparison(people.office(), people.officeKey(), people.officeKey())));
        assertThat(offices.standing(PARIS, parisHash)).isEqualTo(OfficeStanding.NOT_COMPARED);
        offices.told(asked, answer(paris.publicKey(), comparison(people.office(), people.officeKey(), parisHash)));
        assertThat(offices.standing(PARIS, parisHash)).isEqualTo(OfficeStanding.AUTHENTICATED);
    }

    @Test
    void whatWasAuthenticatedOnceStaysSo() {
        offices.learn(PARIS, paris.publicKey(), OfficeStanding.AUTHENTICATED);
        offices.told(asked, answer(paris.publicKey(), null));
        assertThat(offices.standing(PARIS, parisHash)).isEqualTo(OfficeStanding.AUTHENTICATED);
    }

    @Test
    void officesWithoutNumberDoNotPushOutTheOneWhoseLineIsHeld() {
        offices.learn(PARIS, paris.publicKey(), OfficeStanding.AUTHENTICATED);
        for (int i = 0; i < 2 * KnownOffices.MAX_OTHERS; i++) {
            offices.learn(new OfficeDomain("office" + i + ".example"), paris.publicKey(), OfficeStanding.NOT_COMPARED);
        }
        assertThat(offices.find(PARIS, parisHash)).isNotNull();
        assertThat(offices.find(new OfficeDomain("office0.example"), parisHash)).isNull();
        int last = 2 * KnownOffices.MAX_OTHERS - 1;
        assertThat(offices.find(new OfficeDomain("office" + last + ".example"), parisHash))
                .isNotNull();
    }

    @Test
    void anOfficeIsMissingUntilItsKeyIsKnown() {
        assertThat(offices.missing(people.person("Ada", NOW).chain().wire())).isNull();
        KnownOffices elsewhere = new KnownOffices(
                PRIMITIVES,
                () -> PeerKeys.first(PARIS, paris.publicKey(), parisHash, OfficeDescriptor.NO_RECOVERY_KEY, NOW));
        var chain = people.person("Bob", NOW).chain().wire();
        assertThat(elsewhere.missing(chain)).isEqualTo(new KnownOffices.Name(DOMAIN, people.officeKey()));
        elsewhere.learn(DOMAIN, people.office().publicKey(), OfficeStanding.NOT_COMPARED);
        assertThat(elsewhere.missing(chain)).isNull();
    }
}
