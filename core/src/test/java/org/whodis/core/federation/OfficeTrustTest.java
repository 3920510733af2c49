package org.whodis.core.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.federation.Offices.MALLORY;
import static org.whodis.core.federation.Offices.NOW;
import static org.whodis.core.federation.Offices.OTTAWA;
import static org.whodis.core.federation.Offices.PRIMITIVES;
import static org.whodis.core.federation.Offices.RANDOM;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;

class OfficeTrustTest {
    private static final Bytes SPKI = Bytes.of(RANDOM.next(32));

    private final HybridKeyPair recovery = HybridKeyPair.generate(PRIMITIVES, RANDOM);
    private final HybridKeyPair next = HybridKeyPair.generate(PRIMITIVES, RANDOM);
    private final PeerKeys enrolled =
            PeerKeys.first(OTTAWA.domain, OTTAWA.key.publicKey(), OTTAWA.keyHash, hash(recovery), NOW);
    private final OfficeTrust trust = new OfficeTrust(PRIMITIVES, enrolled);

    private static Bytes hash(HybridKeyPair key) {
        return key.publicKey().keyHash(PRIMITIVES);
    }

    private SignedOfficeDescriptor descriptor(HybridKeyPair key) {
        return descriptor(OTTAWA.domain, key);
    }

    private SignedOfficeDescriptor descriptor(OfficeDomain domain, HybridKeyPair key) {
        Bytes said = new OfficeDescriptor(domain, key.publicKey(), hash(recovery), SPKI, NOW).encode();
        return new SignedOfficeDescriptor(said, key.sign(PRIMITIVES, SignedOfficeDescriptor.BY_OFFICE, said, RANDOM));
    }

    private KeyRotation.Published rotation(HybridKeyPair from, HybridKeyPair to, @Nullable HybridKeyPair agreeing) {
        KeyRotation said = new KeyRotation(OTTAWA.domain, hash(from), to.publicKey(), hash(recovery), NOW);
        return new KeyRotation.Published(
                from.publicKey(), KeyRotation.Signed.sign(PRIMITIVES, RANDOM, said, from, to, agreeing));
    }

    @Test
    void theKeyOfTheEnrolmentIsBelieved() throws Exception {
        assertThat(trust.shown(descriptor(OTTAWA.key), SPKI, NOW)).isTrue();
        assertThat(trust.keys()).isEqualTo(enrolled);
        assertThat(trust.notBelieved()).isNull();
    }

    @Test
    void whatDoesNotHoldForTheConnectionIsNoKeyAtAll() {
        assertThatThrownBy(() -> trust.shown(descriptor(OTTAWA.key), MALLORY.spki, NOW))
                .isInstanceOf(IdentityException.class);
        assertThatThrownBy(() -> trust.shown(descriptor(MALLORY.domain, MALLORY.key), SPKI, NOW))
                .isInstanceOf(IdentityException.class);
        assertThatThrownBy(() -> trust.shown(
                        new SignedOfficeDescriptor(
                                Bytes.utf8("none"), descriptor(next).byOffice()),
                        SPKI,
                        NOW))
                .isInstanceOf(IdentityException.class);
        assertThat(trust.notBelieved()).isNull();
    }

    @Test
    void aKeyToWhichTheRecoveryKeyAgreedCountsAtOnce() throws Exception {
        assertThat(trust.shown(descriptor(next), SPKI, NOW)).isFalse();
        assertThat(trust.followed(descriptor(next), List.of(rotation(OTTAWA.key, next, recovery)), NOW))
                .isTrue();
        assertThat(trust.officeKey()).isEqualTo(hash(next));
        assertThat(trust.notBelieved()).isNull();
        assertThat(trust.find(OTTAWA.keyHash)).as("for chains of before").isNotNull();
    }

    @Test
    void aKeyWithoutItsAgreementWaitsTwoDaysAndMayBeComparedBefore() throws Exception {
        List<KeyRotation.Published> published = List.of(rotation(OTTAWA.key, next, null));
        assertThat(trust.followed(descriptor(next), published, NOW)).isFalse();
        PeerKeys.Held held = trust.notBelieved();
        assertThat(held).isNotNull();
        assertThat(held.isVouched()).isTrue();
        assertThat(held.until()).isEqualTo(NOW + PeerKeys.HOLD_MILLIS);
        assertThat(trust.shown(descriptor(next), SPKI, NOW + PeerKeys.HOLD_MILLIS - 1))
                .isFalse();
        OfficeTrust impatient = new OfficeTrust(PRIMITIVES, trust.keys());
        assertThat(impatient.compared(hash(next), NOW)).isTrue();
        assertThat(impatient.shown(descriptor(next), SPKI, NOW)).isTrue();
        assertThat(trust.shown(descriptor(next), SPKI, NOW + PeerKeys.HOLD_MILLIS))
                .isTrue();
    }

    @Test
    void aHoldThatWasBegunByAClockThatWasYearsAheadLastsTwoDaysFromWhenItIsSetRight() throws Exception {
        long ahead = NOW + 1_000 * PeerKeys.HOLD_MILLIS;
        trust.followed(descriptor(next), List.of(rotation(OTTAWA.key, next, null)), ahead);
        assertThat(trust.shown(descriptor(next), SPKI, NOW)).isFalse();
        assertThat(trust.notBelieved().until()).isEqualTo(NOW + PeerKeys.HOLD_MILLIS);
        assertThat(trust.shown(descriptor(next), SPKI, NOW + PeerKeys.HOLD_MILLIS - 1))
                .isFalse();
        assertThat(trust.shown(descriptor(next), SPKI, NOW + PeerKeys.HOLD_MILLIS))
                .isTrue();
    }

    @Test
    void aKeyThatNothingLeadsToIsRefusedForEverAndNotKept() throws Exception {
        assertThat(trust.shown(descriptor(MALLORY.key), SPKI, NOW)).isFalse();
        assertThat(trust.followed(descriptor(MALLORY.key), List.of(), NOW)).isFalse();
        assertThat(trust.keys()).isEqualTo(enrolled);
        assertThat(trust.notBelieved().keyHash()).isEqualTo(MALLORY.keyHash);
        assertThat(trust.notBelieved().isVouched()).isFalse();
        assertThat(trust.shown(descriptor(MALLORY.key), SPKI, NOW + 100 * PeerKeys.HOLD_MILLIS))
                .isFalse();
        assertThat(trust.shown(descriptor(OTTAWA.key), SPKI, NOW)).isTrue();
        assertThat(trust.notBelieved()).as("the office is back").isNull();
    }

    @Test
    void whoIsInBetweenCannotPutAnotherKeyInThePlaceOfTheOneThatIsCompared() throws Exception {
        trust.shown(descriptor(next), SPKI, NOW);
        Bytes onTheScreen = trust.notBelieved().keyHash();
        trust.shown(descriptor(MALLORY.key), SPKI, NOW);
        assertThat(trust.compared(onTheScreen, NOW)).isFalse();
        assertThat(trust.keys()).isEqualTo(enrolled);
    }

    @Test
    void aKeyThatWasComparedCountsAndChainsOfBeforeStayGood() throws Exception {
        trust.shown(descriptor(next), SPKI, NOW);
        assertThat(trust.compared(hash(next), NOW + 1)).isTrue();
        assertThat(trust.officeKey()).isEqualTo(hash(next));
        assertThat(trust.keys().comparedAt()).isEqualTo(NOW + 1);
        assertThat(trust.find(OTTAWA.keyHash)).isEqualTo(OTTAWA.key.publicKey());
        assertThat(trust.notBelieved()).isNull();
        assertThat(trust.shown(descriptor(next), SPKI, NOW + 2)).isTrue();
        assertThat(trust.shown(descriptor(OTTAWA.key), SPKI, NOW + 2))
                .as("a key that was left does not come back")
                .isFalse();
    }

    @Test
    void twoKeysAfterOneAreAnAlarmThatAComparisonEnds() throws Exception {
        HybridKeyPair thiefs = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        trust.followed(
                descriptor(next), List.of(rotation(OTTAWA.key, next, null), rotation(OTTAWA.key, thiefs, null)), NOW);
        assertThat(trust.keys().alarmedAt()).isEqualTo(NOW);
        assertThat(trust.shown(descriptor(next), SPKI, NOW + 2 * PeerKeys.HOLD_MILLIS))
                .as("nothing counts by waiting any more")
                .isFalse();
        assertThat(trust.compared(OTTAWA.keyHash, NOW))
                .as("the one that counts")
                .isTrue();
        assertThat(trust.keys().alarmedAt()).isNull();
    }

    @Test
    void theWordsOfAKeyAreItsOwn() {
        List<String> words = OfficeWords.ofOne(PRIMITIVES, OTTAWA.domain, OTTAWA.keyHash);
        assertThat(words).hasSize(12).isEqualTo(OfficeWords.ofOne(PRIMITIVES, OTTAWA.domain, OTTAWA.keyHash));
        assertThat(words)
                .isNotEqualTo(OfficeWords.ofOne(PRIMITIVES, OTTAWA.domain, MALLORY.keyHash))
                .isNotEqualTo(OfficeWords.ofOne(PRIMITIVES, MALLORY.domain, OTTAWA.keyHash));
    }
}
