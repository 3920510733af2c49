package org.whodis.core.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.federation.Offices.MALLORY;
import static org.whodis.core.federation.Offices.NOW;
import static org.whodis.core.federation.Offices.OTTAWA;
import static org.whodis.core.federation.Offices.PRIMITIVES;
import static org.whodis.core.federation.Offices.RANDOM;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireReader;

class PeerKeysTest {
    private final HybridKeyPair recovery = HybridKeyPair.generate(PRIMITIVES, RANDOM);
    private final HybridKeyPair next = HybridKeyPair.generate(PRIMITIVES, RANDOM);
    private final Bytes nextHash = next.publicKey().keyHash(PRIMITIVES);
    private final PeerKeys known = PeerKeys.first(identity(OTTAWA.key), NOW);

    @Test
    void theFirstKeyIsUsedAndNotCompared() {
        assertThat(known.isCompared()).isFalse();
        assertThat(known.seen(identity(OTTAWA.key), NOW + 1)).isEqualTo(new PeerKeys.Seen(known, true));
    }

    @Test
    void anotherKeyIsHeldWithoutEndAndTheFirstGoesOn() {
        PeerKeys.Seen swapped = known.seen(identity(MALLORY.key), NOW);
        assertThat(swapped.accepted()).isFalse();
        assertThat(swapped.keys()
                        .seen(identity(MALLORY.key), NOW + 10 * PeerKeys.HOLD_MILLIS)
                        .accepted())
                .isFalse();
        assertThat(swapped.keys().seen(identity(OTTAWA.key), NOW)).isEqualTo(new PeerKeys.Seen(known, true));
    }

    @Test
    void aRotationWithTheRecoveryKeyCountsAtOnceAndKeepsTheComparison() {
        PeerKeys compared = compared(known, OTTAWA.keyHash, NOW + 1);
        PeerKeys moved = compared.rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery), NOW + 2);
        assertThat(moved.keyHash()).isEqualTo(nextHash);
        assertThat(moved.comparedAt()).isEqualTo(NOW + 1);
        assertThat(moved.seen(identity(next), NOW + 3).accepted()).isTrue();
        assertThat(moved.seen(identity(OTTAWA.key), NOW + 3).accepted()).isFalse();
        assertThat(moved.find(PRIMITIVES, OTTAWA.keyHash))
                .as("for geneses of before")
                .isEqualTo(OTTAWA.key.publicKey());
    }

    @Test
    void aRotationWithoutItIsHeldForTwoDaysAndLosesTheComparison() {
        PeerKeys held = compared(known, OTTAWA.keyHash, NOW).rotated(PRIMITIVES, rotation(OTTAWA.key, next, null), NOW);
        assertThat(held.keyHash()).isEqualTo(OTTAWA.keyHash);
        assertThat(held.seen(identity(next), NOW + PeerKeys.HOLD_MILLIS - 1).accepted())
                .isFalse();
        PeerKeys.Seen later = held.seen(identity(next), NOW + PeerKeys.HOLD_MILLIS);
        assertThat(later.accepted()).isTrue();
        assertThat(later.keys().isCompared()).isFalse();
        assertThat(later.keys().find(PRIMITIVES, OTTAWA.keyHash)).isNotNull();
    }

    @Test
    void theSameRotationOnceMoreDoesNotMakeTheHoldLonger() {
        KeyRotation.Signed rotation = rotation(OTTAWA.key, next, null);
        PeerKeys held = known.rotated(PRIMITIVES, rotation, NOW);
        assertThat(held.rotated(PRIMITIVES, rotation, NOW + 1_000)).isEqualTo(held);
    }

    @Test
    void theOldKeyInUseTakesBackARotationThatAThiefSigned() {
        PeerKeys held = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, null), NOW);
        PeerKeys.Seen old = held.seen(identity(OTTAWA.key), NOW + 1);
        assertThat(old.accepted()).isTrue();
        assertThat(old.keys().held()).isNull();
    }

    @Test
    void aRotationThatIsNotSignedByTheKeyThatCountsChangesNothing() {
        assertThat(known.rotated(PRIMITIVES, rotation(MALLORY.key, next, recovery), NOW))
                .isEqualTo(known);
        KeyRotation.Signed good = rotation(OTTAWA.key, next, recovery);
        KeyRotation.Signed withoutPossession =
                new KeyRotation.Signed(good.rotation(), good.byOldKey(), good.byOldKey(), good.byRecoveryKey());
        assertThat(known.rotated(PRIMITIVES, withoutPossession, NOW)).isEqualTo(known);
    }

    @Test
    void anotherRecoveryKeyThanTheFirstOneDoesNotHelp() {
        PeerKeys moved = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, MALLORY.key), NOW);
        assertThat(moved.keyHash()).isEqualTo(OTTAWA.keyHash);
        assertThat(moved.held()).isNotNull();
    }

    @Test
    void theOperatorsComparisonEndsAHold() {
        PeerKeys held = known.seen(identity(MALLORY.key), NOW).keys();
        PeerKeys compared = compared(held, MALLORY.keyHash, NOW + 1);
        assertThat(compared.keyHash()).isEqualTo(MALLORY.keyHash);
        assertThat(compared.isCompared()).isTrue();
        assertThat(compared.find(PRIMITIVES, OTTAWA.keyHash))
                .as("nothing led from the one to the other")
                .isNull();
        assertThat(known.compared(nextHash, NOW)).isNull();
    }

    @Test
    void whatIsStoredIsReadAgain() throws Exception {
        PeerKeys full = compared(known, OTTAWA.keyHash, NOW)
                .rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery), NOW)
                .seen(identity(MALLORY.key), NOW)
                .keys();
        assertThat(WireReader.decode(full.encode(), PeerKeys::read)).isEqualTo(full);
        assertThat(WireReader.decode(known.encode(), PeerKeys::read)).isEqualTo(known);
    }

    private static PeerKeys compared(PeerKeys keys, Bytes key, long now) {
        return java.util.Objects.requireNonNull(keys.compared(key, now));
    }

    private PeerIdentity identity(HybridKeyPair key) {
        return new PeerIdentity(
                OTTAWA.domain,
                key.publicKey(),
                key.publicKey().keyHash(PRIMITIVES),
                recovery.publicKey().keyHash(PRIMITIVES),
                1);
    }

    private static KeyRotation.Signed rotation(HybridKeyPair from, HybridKeyPair to, @Nullable HybridKeyPair agreeing) {
        Bytes said = new KeyRotation(
                        OTTAWA.domain,
                        from.publicKey().keyHash(PRIMITIVES),
                        to.publicKey(),
                        OfficeGreeting.NO_RECOVERY_KEY,
                        NOW)
                .encode();
        return new KeyRotation.Signed(
                said,
                from.sign(PRIMITIVES, KeyRotation.Signed.BY_OLD_KEY, said, RANDOM),
                to.sign(PRIMITIVES, KeyRotation.Signed.BY_NEW_KEY, said, RANDOM),
                agreeing == null
                        ? null
                        : new KeyRotation.ByRecoveryKey(
                                agreeing.publicKey(),
                                agreeing.sign(PRIMITIVES, KeyRotation.Signed.BY_RECOVERY_KEY, said, RANDOM)));
    }
}
