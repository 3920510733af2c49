package org.whodis.phone.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.sframe.Rejected;
import org.whodis.core.sframe.SFrameHeader;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.media.audio.AudioFrame;

class CallSpeechTest {
    private static final long TICK = AudioFrame.DURATION_NANOS;
    private static final int ADA = 0;
    private static final int BOB = 1;

    private final Primitives primitives = new JdkPrimitives();
    private final Random random = new Random(20261122);
    private final Bytes callId = bytes(16);
    private final Bytes baseKey = bytes(32);
    private final Ear bobsEar = new Ear();
    private final Ear adasEar = new Ear();
    private final List<Boolean> alarms = new ArrayList<>();
    private final CallSpeech ada = speech(callId, adasEar);
    private final CallSpeech bob = speech(callId, bobsEar);
    private long now = 1_000 * TICK;

    /** Keeps the loudest sample of what was played. */
    private static final class Ear {
        private int loudest;
        private int frames;

        void hear(short[] frame) {
            frames++;
            for (short sample : frame) {
                loudest = Math.max(loudest, Math.abs(sample));
            }
        }
    }

    @Test
    void withoutKeysNothingIsCapturedAndNothingPlayed() {
        for (int i = 0; i < 20; i++) {
            assertThat(ada.capture(now)).isNull();
            bob.receive(bytes(MediaFrame.SEALED_LENGTH), now);
            bob.play(now);
            now += TICK;
        }
        assertThat(bobsEar.frames).isZero();
    }

    @Test
    void whatOneSaysTheOtherHears() {
        begin();
        for (int i = 0; i < 50; i++) {
            deliver(say());
        }
        assertThat(bob.framesOpened()).isEqualTo(50);
        assertThat(bobsEar.loudest).isGreaterThan(3_000);
    }

    @Test
    void framesThatCameBeforeTheKeysAreHeardIfTheyAreNotOld() {
        ada.begin(ADA, keys(baseKey), now);
        for (int i = 0; i < 5; i++) {
            bob.receive(say(), now);
        }
        bob.begin(BOB, keys(baseKey), now);
        assertThat(bob.framesOpened()).isEqualTo(5);
        CallSpeech late = speech(callId, bobsEar);
        late.receive(say(), now);
        late.begin(BOB, keys(baseKey), now + 20 * TICK);
        assertThat(late.framesOpened()).isZero();
    }

    @Test
    void everyFrameIsOfOneSizeWhetherMutedOrNot() {
        begin();
        for (int i = 0; i < 300; i++) {
            ada.setMuted(i % 2 == 0);
            assertThat(say().length()).isEqualTo(MediaFrame.SEALED_LENGTH);
        }
    }

    @Test
    void aMutedPhoneIsHeardAsSilence() {
        begin();
        ada.setMuted(true);
        for (int i = 0; i < 50; i++) {
            deliver(say());
        }
        assertThat(bob.framesOpened()).isEqualTo(50);
        assertThat(bobsEar.loudest).isLessThan(100);
    }

    @Test
    void aTamperedFrameIsNeverPlayed() {
        begin();
        for (int i = 0; i < 300; i++) {
            byte[] tampered = say().toArray();
            tampered[random.nextInt(tampered.length)] ^= (byte) (1 << random.nextInt(8));
            deliver(Bytes.of(tampered));
        }
        assertNothingHeard();
    }

    @Test
    void aReplayedFrameIsPlayedOnce() {
        begin();
        List<Bytes> said = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Bytes frame = say();
            said.add(frame);
            deliver(frame);
        }
        int played = (int) bob.framesOpened();
        silenceOf(60);
        bobsEar.loudest = 0;
        for (Bytes frame : said) {
            deliver(frame);
        }
        silenceOf(30);
        assertThat(bob.framesOpened()).isEqualTo(played);
        assertThat(bobsEar.loudest).isLessThan(100);
        assertThat(bob.refused().get(Rejected.Reason.REPLAYED)).isEqualTo(30L);
    }

    @Test
    void onesOwnVoiceSentBackIsNeverPlayed() {
        begin();
        for (int i = 0; i < 50; i++) {
            ada.receive(say(), now);
            ada.play(now);
        }
        assertThat(ada.framesOpened()).isZero();
        assertThat(adasEar.loudest).isZero();
        assertThat(ada.refused()).containsOnlyKeys(Rejected.Reason.OWN_LEAF);
    }

    @Test
    void framesOfAnotherCallOrUnderOtherKeysAreNeverPlayed() {
        begin();
        CallSpeech otherCall = speech(bytes(16), new Ear());
        otherCall.begin(ADA, keys(baseKey), now);
        CallSpeech otherKeys = speech(callId, new Ear());
        otherKeys.begin(ADA, keys(bytes(32)), now);
        for (int i = 0; i < 50; i++) {
            deliver(captured(otherCall));
            deliver(captured(otherKeys));
        }
        assertNothingHeard();
    }

    @Test
    void garbageOfEveryLengthIsNeverPlayed() {
        begin();
        for (int length = 0; length < 400; length++) {
            deliver(bytes(length));
        }
        assertNothingHeard();
    }

    @Test
    void aRelayThatForgesNewerEpochsAndWithholdsEverythingElseCannotMuteACallOfTwo() {
        begin();
        for (int i = 0; i < 500; i++) {
            say();
            bob.receive(ofEpoch(2 + i % 100, ADA), now);
            bob.play(now);
            assertThat(bob.capture(now)).as("Bob at tick %s", i).isNotNull();
        }
        assertNothingHeard();
        deliver(say());
        assertThat(bob.framesOpened()).isEqualTo(1);
        assertThat(bob.refused().get(Rejected.Reason.UNKNOWN_EPOCH)).isEqualTo(500L);
        assertThat(alarms).isEmpty();
    }

    @Test
    void whereMoreEpochsMayFollowAForgedOneSilencesNoLongerThanItsRelayDoes() {
        ada.begin(ADA, epoch(1, false), now);
        bob.begin(BOB, epoch(1, false), now);
        for (int i = 0; i < 110; i++) {
            say();
            bob.receive(ofEpoch(2, ADA), now);
            bob.poll(now);
        }
        assertThat(alarms).containsExactly(true);
        assertThat(bob.capture(now)).isNull();
        deliver(say());
        assertThat(alarms).containsExactly(true, false);
        assertThat(bob.capture(now)).isNotNull();
    }

    @Test
    void whatIsSaidAfterAnAdditionIsSealedUnderTheEpochBeforeForHalfASecond() {
        ada.begin(ADA, epoch(1, false), now);
        bob.begin(BOB, epoch(1, false), now);
        say();
        ada.begin(ADA, epoch(2, false), now);
        for (int i = 0; i < 40; i++) {
            assertThat(epochOf(say())).as("tick %s", i).isEqualTo(i < 24 ? 1 : 2);
        }
    }

    @Test
    void ofWhoeverIsGoneNothingMoreIsPlayedAndWhoeverHasTheLeafThenIsHeardFromTheStart() {
        ada.begin(ADA, epoch(1, false), now);
        bob.begin(BOB, epoch(1, false), now);
        for (int i = 0; i < 60; i++) {
            deliver(say());
        }
        assertThat(bobsEar.loudest).isPositive();
        bob.begin(BOB, afterTheRemovalOf(ADA), now);
        bobsEar.loudest = 0;
        silenceOf(5);
        assertThat(bobsEar.loudest).isZero();

        CallSpeech carol = speech(callId, new Ear());
        carol.begin(ADA, afterTheRemovalOf(ADA), now);
        for (int i = 0; i < 20; i++) {
            now += TICK;
            deliver(captured(carol));
        }
        assertThat(bobsEar.loudest).isPositive();
    }

    @Test
    void afterTheEndNothingIsSaid() {
        begin();
        ada.close();
        assertThat(ada.capture(now)).isNull();
    }

    private void begin() {
        ada.begin(ADA, keys(baseKey), now);
        bob.begin(BOB, keys(baseKey), now);
    }

    private Bytes say() {
        now += TICK;
        return captured(ada);
    }

    private Bytes captured(CallSpeech speaker) {
        CallSpeech.Outgoing outgoing = speaker.capture(now);
        assertThat(outgoing).isNotNull();
        return outgoing.frame();
    }

    private void deliver(Bytes frame) {
        bob.receive(frame, now);
        bob.play(now);
    }

    private void silenceOf(int ticks) {
        for (int i = 0; i < ticks; i++) {
            now += TICK;
            bob.play(now);
        }
    }

    private void assertNothingHeard() {
        assertThat(bob.framesOpened()).isZero();
        assertThat(bobsEar.frames).isPositive();
        assertThat(bobsEar.loudest).isZero();
    }

    private CallSpeech speech(Bytes call, Ear ear) {
        return new CallSpeech(primitives, call, this::vowel, ear::hear, alarms::add);
    }

    /** A loud saw-tooth of 120 Hz. */
    private boolean vowel(short[] frame) {
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (short) (i % 400 * 40 - 8_000);
        }
        return true;
    }

    /** The one epoch of a call of two. */
    private static EpochKeys keys(Bytes base) {
        return keys(1, true, base);
    }

    private EpochKeys epoch(long number, boolean isLast) {
        return keys(number, isLast, baseKey);
    }

    /** What a relay can make: a header, and noise. */
    private Bytes ofEpoch(int epoch, int leaf) {
        byte[] frame = bytes(MediaFrame.SEALED_LENGTH).toArray();
        new SFrameHeader((long) leaf << 8 | epoch, 1L << 40).encode().copyTo(frame, 0);
        return Bytes.of(frame);
    }

    private static long epochOf(Bytes frame) {
        try {
            return SFrameHeader.read(new WireReader(frame)).kid() & 0xff;
        } catch (DecodeException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private EpochKeys afterTheRemovalOf(int leaf) {
        return keys(2, false, baseKey, leaf);
    }

    private static EpochKeys keys(long number, boolean isLast, Bytes base, Integer... removed) {
        return new EpochKeys() {
            @Override
            public long epoch() {
                return number;
            }

            @Override
            public boolean isLast() {
                return isLast;
            }

            @Override
            public SortedSet<Integer> leaves() {
                return new TreeSet<>(List.of(ADA, BOB));
            }

            @Override
            public SortedSet<Integer> removed() {
                return new TreeSet<>(List.of(removed));
            }

            @Override
            public Secret baseKey() {
                return Secret.owning(base.toArray());
            }
        };
    }

    private Bytes bytes(int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return Bytes.of(out);
    }
}
