package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

class FrameSealerTest {
    private static final Bytes CALL = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final Bytes OPUS = Bytes.of(new byte[80]);

    private final Primitives primitives = new JdkPrimitives();

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 8, 254, 255, 256, 65_534, 65_535, 65_536, (1 << 24) - 1, 1 << 24, (1L << 32) - 2})
    void everyFrameHasOneSizeWhereverTheCounterGrowsTheHeader(long first) throws Exception {
        FrameSealer sealer = new FrameSealer(primitives, CALL, 1, first);
        FrameOpener opener = new FrameOpener(primitives, CALL, 0);
        TestEpoch epoch = TestEpoch.of(1, 0, 1);
        sealer.switchTo(epoch);
        opener.switchTo(epoch, 0);
        for (long counter = first; counter < first + 2; counter++) {
            SealResult.Sealed sealed = (SealResult.Sealed) sealer.seal(OPUS);
            assertThat(sealed.counter()).isEqualTo(counter);
            assertThat(sealed.frame().length())
                    .isEqualTo(MediaFrame.SEALED_LENGTH)
                    .isEqualTo(192);
            assertThat(opener.open(sealed.frame(), 0)).isEqualTo(new Opened(1, 1, counter, OPUS));
        }
    }

    @Test
    void everyFrameHasOneSizeWhereverEpochAndLeafGrowTheHeader() {
        Set<Integer> headerLengths = new HashSet<>();
        for (int leaf : new int[] {0, 1, 255, 256, 65_535, 1 << 20, 1 << 24, Integer.MAX_VALUE}) {
            FrameSealer sealer = new FrameSealer(primitives, CALL, leaf, 300);
            for (long epoch : new long[] {0, 7, 8, 255, 256, 1_000_000_000_000L}) {
                sealer.switchTo(TestEpoch.of(epoch, leaf));
                Bytes frame = frame(sealer, OPUS);
                assertThat(frame.length()).isEqualTo(MediaFrame.SEALED_LENGTH);
                headerLengths.add(header(frame).length());
            }
        }
        assertThat(headerLengths).contains(3, 4, 5, 6, 7, 8);
    }

    @Test
    void everyPayloadUpToTheLimitHasOneSizeAndALongerOneIsNotSent() throws DecodeException {
        FrameSealer sealer = sealer();
        for (int length = 0; length <= MediaFrame.MAX_PAYLOAD_LENGTH; length++) {
            assertThat(frame(sealer, Bytes.of(new byte[length])).length()).isEqualTo(MediaFrame.SEALED_LENGTH);
            for (int header : new int[] {1, SFrameHeader.MAX_LENGTH}) {
                Bytes plaintext = MediaFrame.pad(Bytes.of(new byte[length]), header);
                assertThat(plaintext.length() + header + 16).isEqualTo(MediaFrame.SEALED_LENGTH);
                assertThat(MediaFrame.unpad(plaintext).length()).isEqualTo(length);
            }
        }
        assertThat(sealer.seal(Bytes.of(new byte[MediaFrame.MAX_PAYLOAD_LENGTH + 1])))
                .isEqualTo(new SealResult.NotSealed(SealResult.Reason.PAYLOAD_TOO_LONG));
    }

    @Test
    void beforeTheFirstEpochAndAfterStopNothingIsSealed() {
        FrameSealer sealer = new FrameSealer(primitives, CALL, 1);
        SealResult noKey = new SealResult.NotSealed(SealResult.Reason.NO_KEY);
        assertThat(sealer.seal(OPUS)).isEqualTo(noKey);
        sealer.switchTo(TestEpoch.of(1, 1));
        assertThat(sealer.seal(OPUS)).isInstanceOf(SealResult.Sealed.class);
        sealer.stop();
        assertThat(sealer.seal(OPUS)).isEqualTo(noKey);
        assertThatThrownBy(() -> sealer.switchTo(TestEpoch.of(1, 1))).isInstanceOf(IllegalArgumentException.class);
        sealer.switchTo(TestEpoch.of(2, 1));
        assertThat(header(frame(sealer, OPUS)).ctr()).isEqualTo(1);
    }

    @Test
    void noKeyAndCounterMeetTwiceHoweverOftenTheEpochChanges() {
        long seed = 77;
        Random random = new Random(seed);
        FrameSealer sealer = new FrameSealer(primitives, CALL, 1);
        Set<String> used = new HashSet<>();
        long epoch = 0;
        long expected = 0;
        for (int i = 0; i < 2_000; i++) {
            if (i == 0 || random.nextInt(20) == 0) {
                epoch += 1 + random.nextInt(300);
                sealer.switchTo(TestEpoch.of(epoch, 1));
            }
            SFrameHeader header = header(frame(sealer, OPUS));
            assertThat(used.add(epoch + " " + header.ctr())).as("seed %s", seed).isTrue();
            assertThat(header.ctr()).isEqualTo(expected++);
        }
    }

    @Test
    void anEpochThatDoesNotFollowIsAFault() {
        FrameSealer sealer = sealer();
        assertThatThrownBy(() -> sealer.switchTo(TestEpoch.of(1, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sealer.switchTo(TestEpoch.of(0, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sealer.switchTo(TestEpoch.of(2, 0))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExhaustedCounterFailsLoudly() {
        FrameSealer sealer = new FrameSealer(primitives, CALL, 1, FrameSealer.COUNTER_LIMIT - 1);
        sealer.switchTo(TestEpoch.of(1, 1));
        assertThat(sealer.seal(OPUS)).isInstanceOf(SealResult.Sealed.class);
        assertThatThrownBy(() -> sealer.seal(OPUS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theBaseKeyThatWasHandedOverIsErased() {
        Secret baseKey = Secret.owning(new byte[32]);
        EpochKeys epoch = new EpochKeys() {
            @Override
            public long epoch() {
                return 1;
            }

            @Override
            public java.util.SortedSet<Integer> leaves() {
                return TestEpoch.of(1, 0, 1).leaves();
            }

            @Override
            public Secret baseKey() {
                return baseKey;
            }
        };
        new FrameSealer(primitives, CALL, 1).switchTo(epoch);
        assertThat(baseKey.isErased()).isTrue();
    }

    private FrameSealer sealer() {
        FrameSealer sealer = new FrameSealer(primitives, CALL, 1);
        sealer.switchTo(TestEpoch.of(1, 0, 1));
        return sealer;
    }

    private static Bytes frame(FrameSealer sealer, Bytes payload) {
        return ((SealResult.Sealed) sealer.seal(payload)).frame();
    }

    private static SFrameHeader header(Bytes frame) {
        try {
            return SFrameHeader.read(new WireReader(frame));
        } catch (DecodeException e) {
            throw new AssertionError(e);
        }
    }
}
