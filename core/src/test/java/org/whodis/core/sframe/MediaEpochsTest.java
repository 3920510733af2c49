package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;

/** Each rule for new epochs by itself; {@link EpochInterleavingTest} has all of them in all orders. */
class MediaEpochsTest {
    private static final Bytes CALL = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final long MS = 1_000_000L;
    private static final Primitives PRIMITIVES = new JdkPrimitives();

    private final MediaEpochs anna = new MediaEpochs(PRIMITIVES, CALL, 0);
    private final MediaEpochs bert = new MediaEpochs(PRIMITIVES, CALL, 1);

    @Test
    void whoeverIsRemovedCannotOpenAnotherFrameOfAMemberThatKnows() {
        MediaEpochs carl = new MediaEpochs(PRIMITIVES, CALL, 2);
        for (MediaEpochs each : List.of(anna, bert, carl)) {
            each.begin(TestEpoch.of(0, 0, 1, 2), 0);
        }
        assertThat(carl.open(frame(anna, 10), 10 * MS)).isInstanceOf(Opened.class);
        anna.begin(two(1), 20 * MS);
        assertThat(carl.open(frame(anna, 20), 20 * MS)).isEqualTo(new OpenResult.Held());
        assertThat(anna.open(frame(carl, 20), 20 * MS)).isEqualTo(new Rejected(Rejected.Reason.UNKNOWN_SENDER));
    }

    @Test
    void nothingMoreOfARemovedMemberIsPlayedThoughSomebodyElseHasTheLeaf() {
        MediaEpochs carl = new MediaEpochs(PRIMITIVES, CALL, 2);
        anna.begin(TestEpoch.of(0, 0, 1, 2), 0);
        carl.begin(TestEpoch.of(0, 0, 1, 2), 0);
        Bytes late = frame(carl, 0);
        anna.begin(TestEpoch.of(1, 0, 1, 2).removing(2), 20 * MS);
        assertThat(anna.open(late, 20 * MS)).isEqualTo(new Rejected(Rejected.Reason.UNKNOWN_SENDER));
        MediaEpochs dora = new MediaEpochs(PRIMITIVES, CALL, 2);
        dora.begin(TestEpoch.of(1, 0, 1, 2).removing(2), 20 * MS);
        assertThat(anna.open(frame(dora, 20), 20 * MS)).isInstanceOf(Opened.class);
    }

    @Test
    void moreEpochsThanReceiversKeepDoNotWaitToBeSealedUnder() {
        anna.begin(two(0), 0);
        for (int epoch = 1; epoch <= MediaEpochs.MAX_UPCOMING; epoch++) {
            anna.begin(two(epoch), epoch * MS);
        }
        assertThat(epochOf(frame(anna, 10))).isZero();
        anna.begin(two(5), 10 * MS);
        assertThat(epochOf(frame(anna, 10))).isEqualTo(1);
        assertThat(epochOf(frame(anna, 503))).isEqualTo(3);
        assertThat(epochOf(frame(anna, 510))).isEqualTo(5);
    }

    @Test
    void aMemberThatOnlyListensSealsNothing() {
        anna.begin(two(0), 0);
        anna.begin(TestEpoch.of(1, 1), 10 * MS);
        assertThat(anna.seal(Bytes.EMPTY, 10 * MS)).isEqualTo(new SealResult.NotSealed(SealResult.Reason.NO_KEY));
        assertThat(anna.seal(Bytes.EMPTY, 600 * MS)).isInstanceOf(SealResult.NotSealed.class);
        anna.begin(two(2), 700 * MS);
        assertThat(anna.seal(Bytes.EMPTY, 1_200 * MS)).isInstanceOf(SealResult.Sealed.class);
    }

    @Test
    void whatAnybodyCanMakeRaisesNoAlarmAboutAMemberWhoIsHeard() {
        anna.begin(two(0), 0);
        bert.begin(two(0), 0);
        Set<OpenerEvent> events = new HashSet<>();
        for (int now = 0; now < 10_000; now += 20) {
            assertThat(anna.open(ofEpoch(7, 1), now * MS)).isNotInstanceOf(Opened.class);
            assertThat(anna.open(ofEpoch(7, 5), now * MS)).isNotInstanceOf(Opened.class);
            if (now % 1_000 == 0) {
                assertThat(anna.open(frame(bert, now), now * MS)).isInstanceOf(Opened.class);
            }
            events.addAll(anna.poll(now * MS));
        }
        assertThat(events).isNotEmpty().doesNotHaveAnyElementsOfTypes(OpenerEvent.CommitMissing.class);
        assertThat(anna.seal(Bytes.EMPTY, 10_000 * MS)).isInstanceOf(SealResult.Sealed.class);
    }

    @Test
    void framesOfSomebodyUnknownAloneRaiseNoAlarm() {
        anna.begin(two(0), 0);
        Set<OpenerEvent> events = new HashSet<>();
        for (int now = 0; now < 5_000; now += 20) {
            anna.open(ofEpoch(1, 3), now * MS);
            events.addAll(anna.poll(now * MS));
        }
        assertThat(events).containsExactly(new Rejected(Rejected.Reason.UNKNOWN_EPOCH));
    }

    @Test
    void afterTheAlarmNothingIsSealedUntilTheNextEpoch() {
        anna.begin(two(0), 0);
        anna.begin(two(1), 0);
        boolean alarmed = false;
        for (int now = 0; now <= 2_100; now += 20) {
            anna.open(ofEpoch(2, 1), now * MS);
            alarmed |= anna.poll(now * MS).contains(new OpenerEvent.CommitMissing());
        }
        assertThat(alarmed).isTrue();
        assertThat(anna.seal(Bytes.EMPTY, 2_100 * MS)).isEqualTo(new SealResult.NotSealed(SealResult.Reason.NO_KEY));
        anna.begin(two(2), 2_200 * MS);
        assertThat(epochOf(frame(anna, 2_200))).isEqualTo(2);
    }

    @Test
    void afterTheEndNothingIsSealedOrOpened() {
        anna.begin(two(0), 0);
        bert.begin(two(0), 0);
        anna.begin(two(1), 0);
        Bytes frame = frame(bert, 0);
        anna.close();
        assertThat(anna.seal(Bytes.EMPTY, 900 * MS)).isInstanceOf(SealResult.NotSealed.class);
        assertThat(anna.open(frame, 0)).isNotInstanceOf(Opened.class);
    }

    private static Bytes frame(MediaEpochs sender, long now) {
        return ((SealResult.Sealed) sender.seal(Bytes.utf8("a frame"), now * MS)).frame();
    }

    /** What a relay can make: a header, and noise. */
    private static Bytes ofEpoch(int epoch, int leaf) {
        byte[] frame = new byte[MediaFrame.SEALED_LENGTH];
        long kid = MlsKeyId.of(leaf, epoch, MediaFrame.EPOCH_BITS).encode(MediaFrame.INDEX_BITS, MediaFrame.EPOCH_BITS);
        new SFrameHeader(kid, 1L << 40).encode().copyTo(frame, 0);
        return Bytes.of(frame);
    }

    /** An epoch of Anna and Bert. */
    private static TestEpoch two(int epoch) {
        return TestEpoch.of(epoch, 0, 1);
    }

    private static int epochOf(Bytes frame) {
        try {
            long kid = SFrameHeader.read(new org.whodis.core.wire.WireReader(frame))
                    .kid();
            return (int) MlsKeyId.decode(kid, MediaFrame.INDEX_BITS, MediaFrame.EPOCH_BITS)
                    .epoch();
        } catch (org.whodis.core.wire.DecodeException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
