package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;

/** Each rule for new epochs by itself; {@link EpochInterleavingTest} has all of them in all orders. */
class MediaEpochsTest {
    private static final Bytes CALL = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final long MS = 1_000_000L;
    private static final Primitives PRIMITIVES = new JdkPrimitives();
    private static final SealResult STOPPED = new SealResult.NotSealed(SealResult.Reason.COMMIT_MISSING);

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
        assertThat(forge(anna, 0, 2_100)).containsExactly(new OpenerEvent.CommitMissing());
        assertThat(anna.seal(Bytes.EMPTY, 2_100 * MS)).isEqualTo(STOPPED);
        anna.begin(two(2), 2_200 * MS);
        assertThat(anna.poll(2_200 * MS)).doesNotContain(new OpenerEvent.CommitMissing());
        assertThat(epochOf(frame(anna, 2_200))).isEqualTo(2);
        assertThat(anna.poll(9_000 * MS)).doesNotContain(new OpenerEvent.CommitNotMissing());
    }

    @Test
    void theAlarmIsDueAfterTwoSecondsToTheMillisecond() {
        anna.begin(two(0), 0);
        assertThat(forge(anna, 0, 1_980)).isEmpty();
        assertThat(forge(anna, 1_999, 1_999)).isEmpty();
        assertThat(forge(anna, 2_000, 2_000)).containsExactly(new OpenerEvent.CommitMissing());
    }

    @Test
    void halfOfTheCircleOfEpochsIsTheFutureAndHalfThePast() {
        anna.begin(two(200), 0);
        for (int epoch : new int[] {201, 255, 0, 71}) {
            assertThat(anna.open(ofEpoch(epoch, 1), 0)).as("epoch %s", epoch).isEqualTo(new OpenResult.Held());
        }
        for (int epoch : new int[] {72, 73, 199}) {
            assertThat(anna.open(ofEpoch(epoch, 1), 0))
                    .as("epoch %s", epoch)
                    .isEqualTo(new Rejected(Rejected.Reason.EPOCH_GONE));
        }
    }

    @Test
    void aFrameThatHasWaitedForAllItsTimeIsRefusedThoughItsEpochComesThen() {
        anna.begin(two(0), 0);
        bert.begin(two(1), 0);
        Bytes tooEarly = frame(bert, 0);
        Bytes inTime = frame(bert, 0);
        assertThat(anna.open(tooEarly, 0)).isEqualTo(new OpenResult.Held());
        assertThat(anna.open(inTime, MS)).isEqualTo(new OpenResult.Held());
        anna.begin(two(1), 200 * MS);
        assertThat(anna.poll(200 * MS))
                .containsExactly(
                        new Rejected(Rejected.Reason.UNKNOWN_EPOCH), new Opened(1, 1, 1, Bytes.utf8("a frame")));
    }

    @Test
    void fourEpochsThatAreOverAreStillOpenedAndAFifthIsNot() {
        List<Bytes> frames = new ArrayList<>();
        for (int epoch = 0; epoch <= 5; epoch++) {
            anna.begin(two(epoch), 0);
            MediaEpochs sender = new MediaEpochs(PRIMITIVES, CALL, 1);
            sender.begin(two(epoch), 0);
            frames.add(frame(sender, 0));
        }
        assertThat(anna.open(frames.get(0), 0)).isEqualTo(new Rejected(Rejected.Reason.EPOCH_GONE));
        for (int epoch = 1; epoch <= 5; epoch++) {
            assertThat(anna.open(frames.get(epoch), 0)).as("epoch %s", epoch).isInstanceOf(Opened.class);
        }
    }

    @Test
    void anAlarmThatARelayRaisedEndsWithTheNextAuthenticFrame() {
        anna.begin(two(0), 0);
        bert.begin(two(0), 0);
        assertThat(forge(anna, 0, 2_100)).containsExactly(new OpenerEvent.CommitMissing());
        assertThat(anna.seal(Bytes.EMPTY, 2_100 * MS)).isEqualTo(STOPPED);
        assertThat(anna.open(frame(bert, 2_110), 2_110 * MS)).isInstanceOf(Opened.class);
        assertThat(anna.pollAt(2_110 * MS)).isEqualTo(2_110 * MS);
        assertThat(anna.poll(2_110 * MS)).contains(new OpenerEvent.CommitNotMissing());
        assertThat(anna.seal(Bytes.EMPTY, 2_110 * MS)).isInstanceOf(SealResult.Sealed.class);
        assertThat(forge(anna, 2_120, 4_110)).isEmpty();
    }

    @Test
    void twoWhoWereBothMadeToStopDoNotWaitForEachOtherForEver() {
        anna.begin(two(0), 0);
        bert.begin(two(0), 0);
        assertThat(forge(anna, 0, 2_100)).containsExactly(new OpenerEvent.CommitMissing());
        for (long now = 0; now <= 2_100; now += 20) {
            bert.open(ofEpoch(9, 0), now * MS);
            bert.poll(now * MS);
        }
        assertThat(anna.seal(Bytes.EMPTY, 3_090 * MS)).isEqualTo(STOPPED);
        assertThat(bert.seal(Bytes.EMPTY, 3_090 * MS)).isEqualTo(STOPPED);
        // Nothing but time has to pass once the forging ends.
        assertThat(anna.poll(3_099 * MS)).doesNotContain(new OpenerEvent.CommitNotMissing());
        assertThat(anna.pollAt(3_099 * MS)).isEqualTo(3_100 * MS);
        assertThat(anna.poll(3_100 * MS)).containsExactly(new OpenerEvent.CommitNotMissing());
        assertThat(bert.poll(3_100 * MS)).contains(new OpenerEvent.CommitNotMissing());
        assertThat(anna.open(frame(bert, 3_100), 3_100 * MS)).isInstanceOf(Opened.class);
        assertThat(bert.open(frame(anna, 3_100), 3_100 * MS)).isInstanceOf(Opened.class);
    }

    @Test
    void anAlarmLastsAsLongAsTheOthersGoOnUnderTheNewerEpoch() {
        MediaEpochs carl = new MediaEpochs(PRIMITIVES, CALL, 2);
        for (MediaEpochs each : List.of(anna, bert, carl)) {
            each.begin(TestEpoch.of(0, 0, 1, 2), 0);
        }
        anna.begin(two(1), 0);
        // Bert has not heard of it either: what he says does not excuse what Anna's frames say.
        boolean stopped = false;
        for (long now = 0; now <= 20_000; now += 20) {
            carl.open(frame(anna, now), now * MS);
            carl.open(frame(bert, now), now * MS);
            List<OpenerEvent> events = carl.poll(now * MS);
            stopped |= events.contains(new OpenerEvent.CommitMissing());
            assertThat(events).doesNotContain(new OpenerEvent.CommitNotMissing());
            assertThat(carl.seal(Bytes.EMPTY, now * MS) instanceof SealResult.Sealed)
                    .as("sealed at %s ms", now)
                    .isEqualTo(!stopped);
        }
        assertThat(stopped).isTrue();
    }

    @Test
    void nothingIsMissingWhereNoOtherEpochFollows() {
        anna.begin(two(1).asLast(), 0);
        bert.begin(two(1).asLast(), 0);
        for (long now = 0; now <= 60_000; now += 20) {
            for (int epoch : new int[] {2, 3, 100, 128}) {
                assertThat(anna.open(ofEpoch(epoch, 1), now * MS))
                        .isEqualTo(new Rejected(Rejected.Reason.UNKNOWN_EPOCH));
            }
            assertThat(anna.open(ofEpoch(0, 1), now * MS)).isEqualTo(new Rejected(Rejected.Reason.EPOCH_GONE));
            assertThat(anna.pollAt(now * MS)).isEqualTo(Long.MAX_VALUE);
            assertThat(anna.poll(now * MS)).isEmpty();
            assertThat(bert.open(frame(anna, now), now * MS)).isInstanceOf(Opened.class);
        }
    }

    @Test
    void framesThatWaitedForTheLastEpochAndAreOfAnotherAreRefused() {
        assertThat(anna.open(ofEpoch(2, 1), 0)).isEqualTo(new OpenResult.Held());
        anna.begin(two(1).asLast(), 0);
        assertThat(anna.poll(0)).containsExactly(new Rejected(Rejected.Reason.UNKNOWN_EPOCH));
    }

    @Test
    void anEpochRemovesNobodyAndIsNotTheLastUnlessItSaysSo() {
        EpochKeys plain = new EpochKeys() {
            @Override
            public long epoch() {
                return 1;
            }

            @Override
            public SortedSet<Integer> leaves() {
                return two(1).leaves();
            }

            @Override
            public Secret baseKey() {
                return two(1).baseKey();
            }
        };
        assertThat(plain.removed()).isEmpty();
        anna.begin(plain, 0);
        assertThat(anna.open(ofEpoch(2, 1), 0)).isEqualTo(new OpenResult.Held());
    }

    @Test
    void anEpochAfterTheLastIsAFault() {
        anna.begin(two(1).asLast(), 0);
        assertThatThrownBy(() -> anna.begin(two(2), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The alarms while a relay makes frames in Bert's name, every 20 ms, and lets nothing else pass. */
    private static List<OpenerEvent> forge(MediaEpochs victim, long from, long to) {
        List<OpenerEvent> alarms = new ArrayList<>();
        for (long now = from; now <= to; now += 20) {
            victim.open(ofEpoch(2 + (int) (now / 20 % 100), 1), now * MS);
            for (OpenerEvent event : victim.poll(now * MS)) {
                if (!(event instanceof Rejected)) {
                    alarms.add(event);
                }
            }
        }
        return alarms;
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
