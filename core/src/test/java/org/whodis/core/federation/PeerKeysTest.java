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
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

class PeerKeysTest {
    private final HybridKeyPair recovery = HybridKeyPair.generate(PRIMITIVES, RANDOM);
    private final HybridKeyPair next = HybridKeyPair.generate(PRIMITIVES, RANDOM);
    private final HybridKeyPair third = HybridKeyPair.generate(PRIMITIVES, RANDOM);
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
        assertThat(moved.find(OTTAWA.keyHash)).as("for geneses of before").isEqualTo(OTTAWA.key.publicKey());
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
        assertThat(later.keys().find(OTTAWA.keyHash)).isNotNull();
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
        assertThat(compared.find(OTTAWA.keyHash))
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

    @Test
    void aRotationPlayedAgainLaterDoesNotBringTheKeyBackThatWasLeft() {
        KeyRotation.Signed there = rotation(OTTAWA.key, next, recovery);
        PeerKeys second = known.rotated(PRIMITIVES, there, NOW);
        PeerKeys last = second.rotated(PRIMITIVES, rotation(next, third, recovery), NOW + 1);
        assertThat(last.keyHash()).isEqualTo(hash(third));
        assertThat(last.rotated(PRIMITIVES, there, NOW + 2)).isEqualTo(last);
        KeyRotation.Signed back = rotation(third, OTTAWA.key, recovery);
        assertThat(last.rotated(PRIMITIVES, back, NOW + 2))
                .as("a key that was left does not come back, even if everybody signs")
                .isEqualTo(last);
        PeerKeys.Seen old = last.seen(identity(next), NOW + 3);
        assertThat(old).isEqualTo(new PeerKeys.Seen(last, false));
    }

    @Test
    void whoWasAwayForTwoRotationsFollowsBoth() {
        List<KeyRotation.Signed> both = List.of(rotation(next, third, recovery), rotation(OTTAWA.key, next, recovery));
        PeerKeys moved = compared(known, OTTAWA.keyHash, NOW).rotated(PRIMITIVES, both, NOW + 1);
        assertThat(moved.keyHash()).isEqualTo(third.publicKey().keyHash(PRIMITIVES));
        assertThat(moved.isCompared()).isTrue();
        assertThat(moved.find(nextHash)).isEqualTo(next.publicKey());
        assertThat(moved.find(OTTAWA.keyHash)).isEqualTo(OTTAWA.key.publicKey());
    }

    @Test
    void whoWasAwayForTwoRotationsWithoutTheRecoveryKeyWaitsOnceForTheLast() {
        List<KeyRotation.Signed> both = List.of(rotation(OTTAWA.key, next, null), rotation(next, third, null));
        PeerKeys held = known.rotated(PRIMITIVES, both, NOW);
        assertThat(held.seen(identity(third), NOW + PeerKeys.HOLD_MILLIS - 1).accepted())
                .isFalse();
        PeerKeys.Seen later = held.seen(identity(third), NOW + PeerKeys.HOLD_MILLIS);
        assertThat(later.accepted()).isTrue();
        assertThat(later.keys().find(nextHash)).isEqualTo(next.publicKey());
    }

    @Test
    void theRecoveryKeyVouchesForWhatCameBeforeItToo() {
        List<KeyRotation.Signed> both = List.of(rotation(OTTAWA.key, next, null), rotation(next, third, recovery));
        assertThat(known.rotated(PRIMITIVES, both, NOW)
                        .seen(identity(third), NOW)
                        .accepted())
                .isTrue();
    }

    @Test
    void twoKeysThatFollowOneAreAnAlarmAndNeitherCountsByTimeAlone() {
        PeerKeys held = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, null), NOW);
        PeerKeys forked = held.rotated(PRIMITIVES, rotation(OTTAWA.key, MALLORY.key, null), NOW + 1);
        assertThat(forked.alarmedAt()).isEqualTo(NOW + 1);
        for (HybridKeyPair each : List.of(next, MALLORY.key)) {
            assertThat(forked.seen(identity(each), NOW + 10 * PeerKeys.HOLD_MILLIS)
                            .accepted())
                    .isFalse();
        }
        PeerKeys again = forked.rotated(PRIMITIVES, rotation(OTTAWA.key, MALLORY.key, null), NOW + 2);
        assertThat(again.seen(identity(MALLORY.key), NOW + 10 * PeerKeys.HOLD_MILLIS)
                        .accepted())
                .as("nor is there a new hold")
                .isFalse();
        assertThat(forked.seen(identity(OTTAWA.key), NOW + 2).accepted()).isTrue();
        assertThat(compared(forked, OTTAWA.keyHash, NOW + 3).alarmedAt()).isNull();
    }

    @Test
    void whatLedToTheKeyThatIsComparedAfterAnAlarmStillVouchesForGenesesOfBefore() throws Exception {
        HybridKeyPair fourth = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        PeerKeys moved = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery), NOW);
        PeerKeys forked = moved.rotated(
                PRIMITIVES,
                List.of(rotation(next, third, null), rotation(third, fourth, null), rotation(next, MALLORY.key, null)),
                NOW + 1);
        assertThat(forked.alarmedAt()).isNotNull();
        PeerKeys kept = WireReader.decode(forked.encode(), PeerKeys::read);
        assertThat(kept).isEqualTo(forked);
        assertThat(kept.seen(identity(fourth), Long.MAX_VALUE - 2).accepted())
                .as("not by waiting")
                .isFalse();
        PeerKeys compared = compared(kept, hash(fourth), NOW + 2);
        for (HybridKeyPair each : List.of(OTTAWA.key, next, third, fourth)) {
            assertThat(compared.find(hash(each))).isEqualTo(each.publicKey());
        }
        assertThat(compared.find(MALLORY.keyHash)).isNull();
        assertThat(compared.seen(identity(next), NOW + 3).accepted()).isFalse();
        assertThat(compared.alarmedAt()).isNull();
    }

    @Test
    void bothAtOnceAreNoLessOfAnAlarm() {
        PeerKeys forked = known.rotated(
                PRIMITIVES, List.of(rotation(OTTAWA.key, next, null), rotation(OTTAWA.key, MALLORY.key, null)), NOW);
        assertThat(forked.alarmedAt()).isEqualTo(NOW);
        assertThat(forked.keyHash()).isEqualTo(OTTAWA.keyHash);
    }

    @Test
    void theRecoveryKeySaysWhichOfTwoWasNotAThiefs() {
        PeerKeys held = known.rotated(PRIMITIVES, rotation(OTTAWA.key, MALLORY.key, null), NOW);
        PeerKeys right = held.rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery), NOW + 1);
        assertThat(right.keyHash()).isEqualTo(nextHash);
        assertThat(right.alarmedAt()).isEqualTo(NOW + 1);
        assertThat(right.seen(identity(MALLORY.key), NOW + 10 * PeerKeys.HOLD_MILLIS)
                        .accepted())
                .isFalse();
    }

    @Test
    void theRecoveryKeyTakesBackEvenAKeyThatAThiefHasKeptForTwoDays() {
        PeerKeys stolen = known.rotated(PRIMITIVES, rotation(OTTAWA.key, MALLORY.key, null), NOW)
                .seen(identity(MALLORY.key), NOW + PeerKeys.HOLD_MILLIS)
                .keys();
        assertThat(stolen.keyHash()).isEqualTo(MALLORY.keyHash);
        PeerKeys right =
                stolen.rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery), NOW + PeerKeys.HOLD_MILLIS + 1);
        assertThat(right.keyHash()).isEqualTo(nextHash);
        assertThat(right.find(MALLORY.keyHash))
                .as("nobody was enrolled by the thief")
                .isNull();
        assertThat(right.alarmedAt()).isNotNull();
    }

    @Test
    void aThiefOfAKeyThatWasLeftRaisesAnAlarmAndNothingMore() {
        PeerKeys moved = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery), NOW);
        PeerKeys after = moved.rotated(PRIMITIVES, rotation(OTTAWA.key, MALLORY.key, null), NOW + 1);
        assertThat(after.keyHash()).isEqualTo(nextHash);
        assertThat(after.held()).isNull();
        assertThat(after.alarmedAt()).isEqualTo(NOW + 1);
        assertThat(after.seen(identity(MALLORY.key), NOW + 2).accepted()).isFalse();
    }

    @Test
    void anotherRecoveryKeyCountsAMonthAfterTheKeyThatNamedIt() {
        HybridKeyPair fresh = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        long counted = NOW + PeerKeys.HOLD_MILLIS;
        PeerKeys moved = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, null, hash(fresh)), NOW)
                .seen(identity(next), counted)
                .keys();
        KeyRotation.Signed onwards = rotation(next, third, fresh);
        assertThat(moved.rotated(PRIMITIVES, onwards, counted + PeerKeys.RECOVERY_MILLIS - 1)
                        .keyHash())
                .isEqualTo(nextHash);
        assertThat(moved.rotated(PRIMITIVES, onwards, counted + PeerKeys.RECOVERY_MILLIS)
                        .keyHash())
                .isEqualTo(hash(third));
    }

    @Test
    void whereThereWasNoRecoveryKeyAThiefCannotBringOneAndBeFollowedAtOnce() {
        PeerKeys without = PeerKeys.first(identity(OTTAWA.key, OfficeDescriptor.NO_RECOVERY_KEY), NOW);
        PeerKeys.Seen told = without.seen(identity(OTTAWA.key, hash(MALLORY.key)), NOW);
        assertThat(told.accepted()).isTrue();
        KeyRotation.Signed stolen = rotation(OTTAWA.key, next, MALLORY.key);
        assertThat(told.keys().rotated(PRIMITIVES, stolen, NOW).keyHash()).isEqualTo(OTTAWA.keyHash);

        PeerKeys objected = told.keys()
                .seen(identity(OTTAWA.key, OfficeDescriptor.NO_RECOVERY_KEY), NOW + 1)
                .keys();
        assertThat(objected).isEqualTo(without);

        PeerKeys repeated = told.keys()
                .seen(identity(OTTAWA.key, hash(MALLORY.key)), NOW + PeerKeys.HOLD_MILLIS - 1)
                .keys();
        assertThat(repeated).isEqualTo(told.keys());
        PeerKeys another = repeated.seen(identity(OTTAWA.key, hash(recovery)), NOW + PeerKeys.HOLD_MILLIS - 1)
                .keys();
        KeyRotation.Signed agreed = rotation(OTTAWA.key, next, recovery);
        assertThat(another.rotated(PRIMITIVES, agreed, NOW + PeerKeys.HOLD_MILLIS)
                        .keyHash())
                .isEqualTo(OTTAWA.keyHash);
        long counted = NOW + 2 * PeerKeys.HOLD_MILLIS - 1;
        assertThat(another.rotated(PRIMITIVES, agreed, counted).keyHash()).isEqualTo(nextHash);
        assertThat(another.seen(identity(OTTAWA.key, hash(MALLORY.key)), counted)
                        .keys())
                .as("it is settled")
                .isEqualTo(another);
    }

    @Test
    void aListOfBeforeTheLastRotationPlayedAgainIsNoAlarmAndLeavesTheHold() {
        KeyRotation.Signed first = rotation(OTTAWA.key, next, null);
        PeerKeys held = known.rotated(PRIMITIVES, List.of(first, rotation(next, third, null)), NOW);
        assertThat(held.rotated(PRIMITIVES, first, NOW + 1)).isEqualTo(held);
        assertThat(held.rotated(PRIMITIVES, List.of(first, rotation(next, MALLORY.key, null)), NOW + 1)
                        .alarmedAt())
                .as("two after the one in between")
                .isEqualTo(NOW + 1);
    }

    @Test
    void everythingThatIsKnownIsReadAgain() throws Exception {
        PeerKeys full = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, recovery, hash(recovery)), NOW)
                .rotated(PRIMITIVES, List.of(rotation(next, third, null), rotation(third, MALLORY.key, null)), NOW)
                .rotated(PRIMITIVES, rotation(OTTAWA.key, MALLORY.key, null), NOW);
        assertThat(full.held()).isNotNull();
        assertThat(full.alarmedAt()).isNotNull();
        Bytes encoded = full.encode();
        assertThat(encoded.length()).isLessThan(PeerKeys.MAX_LENGTH);
        assertThat(WireReader.decode(encoded, PeerKeys::read)).isEqualTo(full);
        for (int length = 0; length < encoded.length(); length += 97) {
            Bytes cut = encoded.slice(0, length);
            assertThatThrownBy(() -> WireReader.decode(cut, PeerKeys::read)).isInstanceOf(DecodeException.class);
        }
        PeerKeys matured = known.rotated(PRIMITIVES, rotation(OTTAWA.key, next, null, hash(MALLORY.key)), NOW)
                .seen(identity(next), NOW + PeerKeys.HOLD_MILLIS)
                .keys();
        assertThat(matured.nextRecoveryKey()).isNotNull();
        assertThat(WireReader.decode(matured.encode(), PeerKeys::read)).isEqualTo(matured);
    }

    @Test
    void atTheFirstContactTheKeyNamesThoseThatItHasTakenThePlaceOf() {
        KeyRotation.Published first =
                new KeyRotation.Published(OTTAWA.key.publicKey(), rotation(OTTAWA.key, next, recovery));
        KeyRotation.Published second = new KeyRotation.Published(next.publicKey(), rotation(next, third, null));
        PeerKeys met = PeerKeys.first(identity(third), NOW).preceded(PRIMITIVES, List.of(first, second));
        assertThat(met.find(OTTAWA.keyHash)).isEqualTo(OTTAWA.key.publicKey());
        assertThat(met.find(nextHash)).isEqualTo(next.publicKey());
        assertThat(met.seen(identity(next), NOW).accepted()).isFalse();
        KeyRotation.Published another =
                new KeyRotation.Published(MALLORY.key.publicKey(), rotation(OTTAWA.key, next, recovery));
        assertThat(PeerKeys.first(identity(next), NOW)
                        .preceded(PRIMITIVES, List.of(another))
                        .earlier())
                .as("another key than the one whose hash the statement has")
                .isEmpty();
    }

    @Test
    void whatAnOfficePublishesIsReadAgainAndNotWithoutItsEnd() throws Exception {
        List<KeyRotation.Published> all = List.of(
                new KeyRotation.Published(OTTAWA.key.publicKey(), rotation(OTTAWA.key, next, recovery)),
                new KeyRotation.Published(next.publicKey(), rotation(next, third, null)));
        Bytes encoded = KeyRotation.Published.encode(all);
        assertThat(encoded.length()).isLessThan(KeyRotation.Published.MAX_LIST_LENGTH);
        assertThat(KeyRotation.Published.decodeList(encoded)).isEqualTo(all);
        for (int length = 0; length < encoded.length(); length += 53) {
            Bytes cut = encoded.slice(0, length);
            assertThatThrownBy(() -> KeyRotation.Published.decodeList(cut)).isInstanceOf(DecodeException.class);
        }
    }

    private static Bytes hash(HybridKeyPair key) {
        return key.publicKey().keyHash(PRIMITIVES);
    }

    private static PeerKeys compared(PeerKeys keys, Bytes key, long now) {
        return java.util.Objects.requireNonNull(keys.compared(key, now));
    }

    private PeerIdentity identity(HybridKeyPair key) {
        return identity(key, hash(recovery));
    }

    private static PeerIdentity identity(HybridKeyPair key, Bytes recoveryKey) {
        return new PeerIdentity(OTTAWA.domain, key.publicKey(), hash(key), recoveryKey, 1);
    }

    private static KeyRotation.Signed rotation(HybridKeyPair from, HybridKeyPair to, @Nullable HybridKeyPair agreeing) {
        return rotation(from, to, agreeing, agreeing == null ? OfficeDescriptor.NO_RECOVERY_KEY : hash(agreeing));
    }

    private static KeyRotation.Signed rotation(
            HybridKeyPair from, HybridKeyPair to, @Nullable HybridKeyPair agreeing, Bytes newRecovery) {
        KeyRotation said = new KeyRotation(OTTAWA.domain, hash(from), to.publicKey(), newRecovery, NOW);
        return KeyRotation.Signed.sign(PRIMITIVES, RANDOM, said, from, to, agreeing);
    }
}
