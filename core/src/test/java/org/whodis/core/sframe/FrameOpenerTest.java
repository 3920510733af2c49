package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.sframe.Rejected.Reason;
import org.whodis.core.wire.Bytes;

class FrameOpenerTest {
    private static final Bytes CALL = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final Bytes OPUS = Bytes.utf8("a packet of Opus");
    private static final long MS = 1_000_000L;

    private final Primitives primitives = new JdkPrimitives();
    private final FrameSealer alice = new FrameSealer(primitives, CALL, 0);
    private final FrameSealer bob = new FrameSealer(primitives, CALL, 1);
    private final FrameSealer carol = new FrameSealer(primitives, CALL, 2);
    private final FrameOpener opener = new FrameOpener(primitives, CALL, 0);
    private long now = -5_000 * MS;

    @BeforeEach
    void allThreeAreInEpochOne() {
        TestEpoch one = TestEpoch.of(1, 0, 1, 2);
        List.of(alice, bob, carol).forEach(sealer -> sealer.switchTo(one));
        opener.switchTo(one, now);
    }

    @Test
    void framesOfEverySenderOpenWithTheirLeafEpochAndCounter() {
        assertThat(open(frame(bob))).isEqualTo(new Opened(1, 1, 0, OPUS));
        assertThat(open(frame(carol))).isEqualTo(new Opened(2, 1, 0, OPUS));
        assertThat(open(frame(bob))).isEqualTo(new Opened(1, 1, 1, OPUS));
    }

    @Test
    void aReplayedFrameIsRefusedAndSoIsOneBehindTheWindow() {
        Bytes first = frame(bob);
        Bytes second = frame(bob);
        assertThat(open(second)).isInstanceOf(Opened.class);
        assertThat(open(second)).isEqualTo(new Rejected(Reason.REPLAYED));
        for (int i = 0; i < ReplayWindow.SIZE - 2; i++) {
            open(frame(bob));
        }
        assertThat(open(first)).as("late by as much as the window allows").isInstanceOf(Opened.class);
        Bytes late = frame(bob);
        for (int i = 0; i < ReplayWindow.SIZE; i++) {
            open(frame(bob));
        }
        assertThat(open(late)).isEqualTo(new Rejected(Reason.TOO_OLD));
    }

    @Test
    void aForgedCounterDoesNotMoveTheReplayWindow() {
        Bytes genuine = frame(bob);
        FrameSealer forger = new FrameSealer(primitives, Bytes.utf8("another call"), 1, 1L << 31);
        forger.switchTo(TestEpoch.of(1, 1));
        assertThat(open(frame(forger))).isEqualTo(new Rejected(Reason.NOT_AUTHENTIC));
        assertThat(open(genuine)).isInstanceOf(Opened.class);
    }

    @Test
    void onesOwnFramesSentBackAreDropped() {
        assertThat(open(frame(alice))).isEqualTo(new Rejected(Reason.OWN_LEAF));
    }

    @Test
    void noBitOfAFrameCanBeChangedUnnoticed() {
        Bytes frame = frame(bob);
        for (int bit = 0; bit < 8 * frame.length(); bit++) {
            byte[] changed = frame.toArray();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(open(Bytes.of(changed))).as("bit %s", bit).isNotInstanceOf(Opened.class);
        }
        now += 1_000 * MS;
        assertThat(opener.poll(now)).doesNotHaveAnyElementsOfTypes(Opened.class);
        assertThat(open(frame)).isInstanceOf(Opened.class);
    }

    @Test
    void framesOfAnyOtherLengthAreRefused() {
        Bytes frame = frame(bob);
        assertThat(open(Bytes.EMPTY)).isEqualTo(new Rejected(Reason.EMPTY));
        for (int length = 1; length < frame.length(); length++) {
            assertThat(open(frame.slice(0, length))).isEqualTo(new Rejected(Reason.WRONG_LENGTH));
        }
        assertThat(open(Bytes.concat(frame, frame))).isEqualTo(new Rejected(Reason.WRONG_LENGTH));
        assertThat(open(Bytes.of(new byte[65_536]))).isEqualTo(new Rejected(Reason.WRONG_LENGTH));
    }

    @Test
    void aHeaderNotInItsShortestFormIsRefused() {
        byte[] frame = frame(bob).toArray();
        frame[0] = 0x08;
        frame[1] = 0x05;
        assertThat(open(Bytes.of(frame))).isEqualTo(new Rejected(Reason.MALFORMED_HEADER));
    }

    @Test
    void aFrameOfOneSenderUnderTheHeaderOfAnotherIsRefused() {
        byte[] spliced = frame(bob).toArray();
        Bytes other = frame(carol);
        int headerLength = 3;
        System.arraycopy(other.toArray(), 0, spliced, 0, headerLength);
        assertThat(open(Bytes.of(spliced))).isEqualTo(new Rejected(Reason.NOT_AUTHENTIC));
    }

    @Test
    void leavesThatAreNotMembersAndKeyIdsOfNoMemberAreRefused() {
        FrameSealer stranger = new FrameSealer(primitives, CALL, 7);
        stranger.switchTo(TestEpoch.of(1, 7));
        assertThat(open(frame(stranger))).isEqualTo(new Rejected(Reason.UNKNOWN_SENDER));
        for (long kid : new long[] {-1, 1L << 63 | 1, 1L << 40 | 1 << 8 | 1, 0xffff_ffffL << 8 | 1}) {
            byte[] frame = new byte[MediaFrame.SEALED_LENGTH];
            new SFrameHeader(kid, 0).encode().copyTo(frame, 0);
            assertThat(open(Bytes.of(frame))).isEqualTo(new Rejected(Reason.UNKNOWN_SENDER));
        }
    }

    @Test
    void theEpochBeforeOpensForOneSecondAndNoLonger() {
        Bytes early = frame(bob);
        Bytes late = frame(bob);
        opener.switchTo(TestEpoch.of(2, 0, 1, 2), now);
        now += FrameOpener.PREVIOUS_EPOCH_NANOS - 1;
        assertThat(open(early)).isEqualTo(new Opened(1, 1, 0, OPUS));
        assertThat(open(early)).isEqualTo(new Rejected(Reason.REPLAYED));
        assertThat(opener.pollAt(now)).isEqualTo(now + 1);
        now++;
        assertThat(open(late)).isEqualTo(new Rejected(Reason.EPOCH_GONE));
    }

    @Test
    void aRemovedLeafIsNotPlayedFromThatMomentOnNotEvenWithOldFrames() {
        Bytes before = frame(carol);
        Bytes ofBob = frame(bob);
        opener.switchTo(TestEpoch.of(2, 0, 1), now);
        assertThat(open(before)).isEqualTo(new Rejected(Reason.UNKNOWN_SENDER));
        assertThat(open(ofBob)).isInstanceOf(Opened.class);
        carol.switchTo(TestEpoch.of(2, 0, 1, 2));
        assertThat(open(frame(carol))).isEqualTo(new Rejected(Reason.UNKNOWN_SENDER));
    }

    @Test
    void framesThatOvertookTheirCommitAreHeldAndOpenInOrderWhenItComes() {
        bob.switchTo(TestEpoch.of(2, 0, 1, 2));
        for (int i = 0; i < 5; i++) {
            assertThat(open(frame(bob))).isEqualTo(new OpenResult.Held());
            now += 20 * MS;
        }
        assertThat(opener.poll(now)).isEmpty();
        opener.switchTo(TestEpoch.of(2, 0, 1, 2), now);
        assertThat(opener.pollAt(now)).isEqualTo(now);
        assertThat(opener.poll(now)).containsExactly(opened(0), opened(1), opened(2), opened(3), opened(4));
        assertThat(opener.poll(now)).isEmpty();
    }

    @Test
    void framesHeldForTwoHundredMillisecondsAreRefusedAndNotPlayedLater() {
        bob.switchTo(TestEpoch.of(2, 0, 1, 2));
        open(frame(bob));
        assertThat(opener.pollAt(now)).isEqualTo(now + FrameOpener.HOLD_NANOS);
        now += FrameOpener.HOLD_NANOS - 1;
        assertThat(opener.poll(now)).isEmpty();
        now++;
        assertThat(opener.poll(now)).containsExactly(new Rejected(Reason.UNKNOWN_EPOCH));
        opener.switchTo(TestEpoch.of(2, 0, 1, 2), now);
        assertThat(opener.poll(now)).isEmpty();
    }

    @Test
    void framesOfTheEpochAfterTheNextStayHeldWhenTheNextComes() {
        carol.switchTo(TestEpoch.of(3, 0, 1, 2));
        open(frame(carol));
        opener.switchTo(TestEpoch.of(2, 0, 1, 2), now);
        assertThat(opener.poll(now)).isEmpty();
        now += 100 * MS;
        opener.switchTo(TestEpoch.of(3, 0, 1, 2), now);
        assertThat(opener.poll(now)).containsExactly(new Opened(2, 3, 0, OPUS));
    }

    @Test
    void aHeldFrameOfALeafThatItsCommitRemovesIsRefused() {
        carol.switchTo(TestEpoch.of(2, 0, 1, 2));
        open(frame(carol));
        opener.switchTo(TestEpoch.of(2, 0, 1), now);
        assertThat(opener.poll(now)).containsExactly(new Rejected(Reason.UNKNOWN_SENDER));
    }

    @Test
    void theQueueOfHeldFramesIsBounded() {
        bob.switchTo(TestEpoch.of(2, 0, 1, 2));
        for (int i = 0; i < FrameOpener.MAX_HELD; i++) {
            assertThat(open(frame(bob))).isEqualTo(new OpenResult.Held());
        }
        assertThat(open(frame(bob))).isEqualTo(new Rejected(Reason.TOO_MANY_HELD));
        now += FrameOpener.HOLD_NANOS;
        assertThat(opener.poll(now)).hasSize(FrameOpener.MAX_HELD);
        assertThat(open(frame(bob))).isEqualTo(new OpenResult.Held());
    }

    @Test
    void twoSecondsOfFramesWithoutTheirCommitRaiseTheAlarmOnce() {
        bob.switchTo(TestEpoch.of(2, 0, 1, 2));
        assertThat(alarmsWithin(1_980)).isZero();
        assertThat(alarmsWithin(60)).isEqualTo(1);
        assertThat(alarmsWithin(5_000)).isZero();
        opener.switchTo(TestEpoch.of(2, 0, 1, 2), now);
        bob.switchTo(TestEpoch.of(3, 0, 1, 2));
        assertThat(alarmsWithin(2_100)).isEqualTo(1);
    }

    @Test
    void aCommitInTimeRaisesNoAlarm() {
        bob.switchTo(TestEpoch.of(2, 0, 1, 2));
        assertThat(alarmsWithin(1_900)).isZero();
        opener.switchTo(TestEpoch.of(2, 0, 1, 2), now);
        assertThat(alarmsWithin(3_000)).isZero();
    }

    @Test
    void strayFramesSecondsApartRaiseNoAlarm() {
        bob.switchTo(TestEpoch.of(2, 0, 1, 2));
        for (int i = 0; i < 10; i++) {
            open(frame(bob));
            assertThat(opener.poll(now)).doesNotHaveAnyElementsOfTypes(OpenerEvent.CommitMissing.class);
            now += 1_500 * MS;
        }
    }

    @Test
    void beforeTheFirstEpochFramesAreHeldWithoutAlarm() {
        FrameOpener early = new FrameOpener(primitives, CALL, 0);
        Bytes frame = frame(bob);
        assertThat(early.open(frame, now)).isEqualTo(new OpenResult.Held());
        early.switchTo(TestEpoch.of(1, 0, 1, 2), now + 50 * MS);
        assertThat(early.poll(now + 50 * MS)).containsExactly(opened(0, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {255, 256, 511, 65_535})
    void epochNumbersPassTheEndOfTheirBitsInTheKeyId(long epoch) {
        opener.switchTo(TestEpoch.of(epoch, 0, 1), now);
        bob.switchTo(TestEpoch.of(epoch, 0, 1));
        now += FrameOpener.PREVIOUS_EPOCH_NANOS;
        assertThat(open(frame(bob))).isEqualTo(new Opened(1, epoch, 0, OPUS));
        Bytes previous = frame(bob);
        bob.switchTo(TestEpoch.of(epoch + 1, 0, 1));
        assertThat(open(frame(bob))).isEqualTo(new OpenResult.Held());
        opener.switchTo(TestEpoch.of(epoch + 1, 0, 1), now);
        assertThat(opener.poll(now)).containsExactly(new Opened(1, epoch + 1, 2, OPUS));
        assertThat(open(previous)).isEqualTo(new Opened(1, epoch, 1, OPUS));
    }

    @Test
    @DisplayName("receivers MUST remove an old epoch when a new epoch with the same low-order E bits is introduced"
            + " (RFC 9605 section 5.2)")
    void anOldEpochIsRemovedWhenANewOneHasItsBitsInTheKeyId() {
        opener.switchTo(TestEpoch.of(5, 0, 1), now);
        FrameSealer sender = new FrameSealer(primitives, CALL, 1);
        sender.switchTo(TestEpoch.of(5 + 256, 0, 1));
        opener.switchTo(TestEpoch.of(5 + 256, 0, 1), now);
        Bytes frame = frame(sender);
        // Both are over and not yet a second old.
        opener.switchTo(TestEpoch.of(5 + 257, 0, 1), now);
        assertThat(open(frame)).isEqualTo(new Opened(1, 5 + 256, 0, OPUS));
    }

    @Test
    void authenticFramesThatAreNotMediaFramesAreRefused() {
        List<byte[]> plaintexts = new ArrayList<>();
        int headerLength = new SFrameHeader(1 << 8 | 1, 0).length();
        Bytes good = MediaFrame.pad(OPUS, headerLength);
        plaintexts.add(changed(good, 0, 0));
        plaintexts.add(changed(good, 0, 2));
        plaintexts.add(changed(good, 1, 1));
        plaintexts.add(changed(good, 2, 0xff));
        plaintexts.add(changed(good, 2, OPUS.length() - 1));
        plaintexts.add(changed(good, 3, 1));
        plaintexts.add(changed(good, 66, 1));
        plaintexts.add(changed(good, good.length() - 1, 1));
        TestEpoch epoch = TestEpoch.of(1, 1);
        long counter = 0;
        EncryptionKey key = new EncryptionKey(primitives, MediaFrame.CIPHER_SUITE, 1 << 8 | 1, epoch.baseKey());
        for (byte[] plaintext : plaintexts) {
            assertThat(open(key.encrypt(counter++, CALL, Bytes.of(plaintext))))
                    .as("plaintext %s", counter)
                    .isEqualTo(new Rejected(Reason.MALFORMED_PLAINTEXT));
        }
    }

    @Test
    void anEpochThatDoesNotFollowIsAFault() {
        assertThatThrownBy(() -> opener.switchTo(TestEpoch.of(1, 0, 1), now))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void afterCloseNothingOpens() {
        Bytes frame = frame(bob);
        opener.close();
        assertThat(open(frame)).isNotInstanceOf(Opened.class);
        assertThat(opener.poll(now + 1_000 * MS)).containsExactly(new Rejected(Reason.UNKNOWN_EPOCH));
    }

    @Test
    void whateverOrderFramesArriveInEachIsPlayedAtMostOnceAndOnlyUnderItsOwnName() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Bytes> sent = new ArrayList<>();
            FrameSealer sender = new FrameSealer(primitives, CALL, 1);
            FrameOpener receiver = new FrameOpener(primitives, CALL, 0);
            long epoch = 0;
            List<Opened> played = new ArrayList<>();
            long clock = 0;
            for (int i = 0; i < 600; i++) {
                clock += 20 * MS;
                if (i % 100 == 0) {
                    epoch++;
                    sender.switchTo(TestEpoch.of(epoch, 0, 1));
                }
                if (i % 100 == 3) {
                    receiver.switchTo(TestEpoch.of(epoch, 0, 1), clock);
                }
                sent.add(((SealResult.Sealed) sender.seal(Bytes.utf8("frame " + i))).frame());
                int copies = random.nextInt(3);
                for (int copy = 0; copy < copies; copy++) {
                    byte[] frame = sent.get(Math.max(0, sent.size() - 1 - random.nextInt(8)))
                            .toArray();
                    if (random.nextInt(10) == 0) {
                        frame[random.nextInt(frame.length)] ^= (byte) (1 + random.nextInt(255));
                    }
                    if (receiver.open(Bytes.of(frame), clock) instanceof Opened opened) {
                        played.add(opened);
                    }
                }
                for (OpenerEvent event : receiver.poll(clock)) {
                    if (event instanceof Opened opened) {
                        played.add(opened);
                    }
                }
            }
            assertThat(played).as("seed %s", seed).hasSizeGreaterThan(300).doesNotHaveDuplicates();
            assertThat(played).allSatisfy(opened -> {
                assertThat(opened.payload()).isEqualTo(Bytes.utf8("frame " + opened.counter()));
                assertThat(opened.epoch()).isEqualTo(1 + opened.counter() / 100);
                assertThat(opened.senderLeaf()).isEqualTo(1);
            });
        }
    }

    private int alarmsWithin(long millis) {
        int alarms = 0;
        for (long end = now + millis * MS; now < end; now += 20 * MS) {
            open(frame(bob));
            for (OpenerEvent event : opener.poll(now)) {
                alarms += event instanceof OpenerEvent.CommitMissing ? 1 : 0;
            }
        }
        return alarms;
    }

    private OpenResult open(Bytes frame) {
        return opener.open(frame, now);
    }

    private static Bytes frame(FrameSealer sealer) {
        return ((SealResult.Sealed) sealer.seal(OPUS)).frame();
    }

    private static Opened opened(long counter) {
        return opened(counter, 2);
    }

    private static Opened opened(long counter, long epoch) {
        return new Opened(1, epoch, counter, OPUS);
    }

    private static byte[] changed(Bytes plaintext, int at, int value) {
        byte[] out = plaintext.toArray();
        out[at] = (byte) value;
        return out;
    }
}
