package org.whodis.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.PublishedVectors;
import org.whodis.media.TestRandom;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.ReportBlock;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.RtpHeader;

class SrtpTest {
    private static final int SSRC = 0xcafebabe;
    private static final byte[] PAYLOAD = new byte[160];

    private final SrtpSender sender = new SrtpSender(keys());
    private final SrtpReceiver receiver = openReceiver();

    private static SrtpKeys keys() {
        return SrtpKeys.copyOf(new byte[32], new byte[12]);
    }

    private static SrtpReceiver openReceiver() {
        SrtpReceiver receiver = new SrtpReceiver(keys());
        receiver.open(SSRC);
        return receiver;
    }

    private static RtpHeader header(long index) {
        return new RtpHeader(false, 111, PacketIndex.sequence(index), (int) (960 * index), SSRC);
    }

    private byte[] protect(long index) throws NonceReuseException {
        return sender.protect(header(index), index, PAYLOAD);
    }

    private static SrtpException.Reason refusal(SrtpReceiver receiver, byte[] packet) {
        return catchThrowableOfType(SrtpException.class, () -> receiver.unprotect(packet))
                .reason();
    }

    private static byte[] rtcp() {
        return RtcpPacket.encodeReceiverCompound(
                SSRC, ReportBlock.EMPTY, RtcpPacket.generateCname(TestRandom.seeded(1)));
    }

    @Test
    void everyFlippedBitOfAPacketIsNoticed() throws Exception {
        byte[] packet = protect(1);
        for (int bit = 0; bit < 8 * packet.length; bit++) {
            byte[] flipped = packet.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> receiver.unprotect(flipped)).isInstanceOf(SrtpException.class);
        }
        assertThat(receiver.unprotect(packet).payload()).isEqualTo(PAYLOAD);
    }

    @Test
    void everyFlippedBitOfACompoundIsNoticed() throws Exception {
        byte[] packet = sender.protectRtcp(rtcp());
        for (int bit = 0; bit < 8 * packet.length; bit++) {
            byte[] flipped = packet.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> receiver.unprotectRtcp(flipped)).isInstanceOf(SrtpException.class);
        }
        assertThat(receiver.unprotectRtcp(packet).bytes()).isEqualTo(rtcp());
    }

    @Test
    void truncationAtEveryLengthIsRefused() throws Exception {
        byte[] rtp = protect(1);
        byte[] srtcp = sender.protectRtcp(rtcp());
        for (int length = 0; length < rtp.length; length++) {
            byte[] cut = Arrays.copyOf(rtp, length);
            assertThatThrownBy(() -> receiver.unprotect(cut)).isInstanceOf(SrtpException.class);
        }
        for (int length = 0; length < srtcp.length; length++) {
            byte[] cut = Arrays.copyOf(srtcp, length);
            assertThatThrownBy(() -> receiver.unprotectRtcp(cut)).isInstanceOf(SrtpException.class);
        }
    }

    @Test
    void aPacketIsAcceptedOnce() throws Exception {
        byte[] packet = protect(1);
        receiver.unprotect(packet);
        assertThat(refusal(receiver, packet)).isEqualTo(SrtpException.Reason.REPLAYED);
        byte[] srtcp = sender.protectRtcp(rtcp());
        receiver.unprotectRtcp(srtcp);
        assertThatThrownBy(() -> receiver.unprotectRtcp(srtcp)).hasMessage("REPLAYED");
    }

    @Test
    void packetsInAnyOrderWithinTheWindowAreAcceptedExactlyOnce() throws Exception {
        long seed = 99;
        Random random = new Random(seed);
        List<Integer> order = IntStream.range(0, ReplayWindow.SIZE).boxed().collect(Collectors.toList());
        Collections.shuffle(order, random);
        byte[] first = protect(65_400);
        byte[][] packets = new byte[order.size()][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = protect(65_500 + i);
        }
        SrtpReceiver late = openReceiver();
        late.unprotect(first);
        for (int i : order) {
            assertThat(late.unprotect(packets[i]).index()).as("seed " + seed).isEqualTo(65_500 + i);
        }
        for (int i : order) {
            assertThat(refusal(late, packets[i])).isEqualTo(SrtpException.Reason.REPLAYED);
        }
    }

    @Test
    void aPacketOlderThanTheWindowIsARepetition() throws Exception {
        byte[] old = protect(1000);
        receiver.unprotect(protect(1000 + ReplayWindow.SIZE));
        assertThat(refusal(receiver, old)).isEqualTo(SrtpException.Reason.REPLAYED);
    }

    @Test
    void theRolloverCounterFollowsTheSequenceNumberThroughThreeWraps() throws Exception {
        for (long index = 30_000; index < 3 * 65_536 + 10; index += 97) {
            assertThat(receiver.unprotect(protect(index)).index()).isEqualTo(index);
        }
    }

    @Test
    void aStreamWhoseFirstPacketsAreLostAroundAWrapIsStillFound() throws Exception {
        // A relay counts from the first packet that it forwards; the receiver may get only one from behind the wrap.
        assertThat(receiver.unprotect(protect(65_540)).index()).isEqualTo(65_540);
    }

    @Test
    void badPacketsFarAheadDoNotMoveTheWindow() throws Exception {
        receiver.unprotect(protect(100));
        for (int sequence = 101; sequence < 10_101; sequence++) {
            byte[] forged = new byte[PAYLOAD.length + SrtpSender.OVERHEAD];
            header(sequence).encode(forged);
            assertThat(refusal(receiver, forged)).isEqualTo(SrtpException.Reason.BAD_TAG);
        }
        assertThat(receiver.unprotect(protect(101)).index()).isEqualTo(101);
    }

    @Test
    void aSenderNeverUsesAnIndexTwice() throws Exception {
        protect(5);
        assertThatThrownBy(() -> protect(5)).isInstanceOf(NonceReuseException.class);
        protect(5 + ReplayWindow.SIZE);
        assertThatThrownBy(() -> protect(5)).isInstanceOf(NonceReuseException.class);
        assertThatThrownBy(() -> protect(4)).as("too old to tell").isInstanceOf(NonceReuseException.class);
        assertThatThrownBy(() -> protect(PacketIndex.LIMIT)).isInstanceOf(NonceReuseException.class);
        protect(PacketIndex.LIMIT - 1);
        assertThatThrownBy(() -> protect(PacketIndex.LIMIT - 1)).isInstanceOf(NonceReuseException.class);
    }

    @Test
    void oneIndexOfTwoStreamsGivesTwoKeystreams() throws Exception {
        byte[] zeros = new byte[64];
        Set<String> streams = new HashSet<>();
        for (int ssrc = 0; ssrc < 100; ssrc++) {
            byte[] packet = sender.protect(new RtpHeader(false, 111, 7, 0, ssrc), 7, zeros);
            streams.add(Arrays.toString(Arrays.copyOfRange(packet, RtpHeader.LENGTH, packet.length)));
        }
        assertThat(streams).hasSize(100);
    }

    @Test
    void aStreamThatIsNotOpenIsRefusedAndAClosedOneRemembersWhatItHasSeen() throws Exception {
        byte[] packet = protect(1);
        assertThat(refusal(new SrtpReceiver(keys()), packet)).isEqualTo(SrtpException.Reason.UNKNOWN_SSRC);
        receiver.unprotect(packet);
        receiver.close(SSRC);
        assertThat(refusal(receiver, protect(2))).isEqualTo(SrtpException.Reason.UNKNOWN_SSRC);
        receiver.open(SSRC);
        assertThat(refusal(receiver, packet)).isEqualTo(SrtpException.Reason.REPLAYED);
    }

    @Test
    void rtcpFromMoreSourcesThanAnybodyHasIsRefused() throws Exception {
        for (int ssrc = 1; ssrc <= 9; ssrc++) {
            byte[] packet = sender.protectRtcp(RtcpPacket.encodeReceiverCompound(
                    ssrc, ReportBlock.EMPTY, RtcpPacket.generateCname(TestRandom.seeded(1))));
            if (ssrc <= 8) {
                receiver.unprotectRtcp(packet);
            } else {
                assertThatThrownBy(() -> receiver.unprotectRtcp(packet)).hasMessage("UNKNOWN_SSRC");
            }
        }
    }

    @Test
    void unencryptedRtcpIsRefused() throws Exception {
        byte[] packet = sender.protectRtcp(rtcp());
        packet[packet.length - 4] &= 0x7f;
        assertThatThrownBy(() -> receiver.unprotectRtcp(packet)).hasMessage("MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 160, 1172})
    void packetsAreLongerThanTheirPayloadByTheSame28Bytes(int length) throws Exception {
        byte[] packet = sender.protect(header(1), 1, new byte[length]);
        assertThat(packet).hasSize(length + 28);
        assertThat(receiver.unprotect(packet).payload()).hasSize(length);
    }

    @Test
    void keysNeverPrintAndAreGoneOnceErased() {
        SrtpKeys keys = SrtpKeys.copyOf(new byte[32], new byte[12]);
        assertThat(keys.toString()).isEqualTo("SrtpKeys[redacted]");
        keys.erase();
        assertThatThrownBy(() -> new SrtpSender(keys)).isInstanceOf(IllegalStateException.class);
        sender.erase();
        assertThatThrownBy(() -> protect(77)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theReplayWindowAgreesWithASetThatForgetsNothing() {
        long seed = 31337;
        Random random = new Random(seed);
        ReplayWindow window = new ReplayWindow();
        Set<Long> used = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 200_000; i++) {
            long jump = random.nextInt(50) == 0 ? random.nextInt(2000) : random.nextInt(8);
            long index = Math.max(0, highest + jump - random.nextInt(300));
            boolean fresh = index > highest || highest - index < ReplayWindow.SIZE && !used.contains(index);
            assertThat(window.isFresh(index))
                    .as("seed %d, step %d, index %d", seed, i, index)
                    .isEqualTo(fresh);
            if (fresh) {
                window.use(index);
                used.add(index);
                highest = Math.max(highest, index);
            }
        }
    }

    @Test
    void publishedSeedsAndMutatedPacketsAreRefusedAndNothingElse() throws Exception {
        long seed = 77;
        Random random = new Random(seed);
        List<byte[]> seeds = new java.util.ArrayList<>(
                PublishedVectors.files("libsrtp/fuzzer/corpus", "https://github.com/cisco/libsrtp"));
        seeds.addAll(PublishedVectors.files("webrtc-corpora", "https://github.com/versatica/mediasoup"));
        receiver.unprotect(protect(100));
        for (byte[] original : seeds) {
            assertRefused(original, seed);
            assertRefused(TestRandom.mutate(original, random), seed);
        }
        byte[] good = protect(101);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = TestRandom.mutate(good, random);
            if (!Arrays.equals(mutated, good)) {
                assertRefused(mutated, seed);
            }
        }
        assertThat(receiver.unprotect(good).index()).isEqualTo(101);
    }

    private void assertRefused(byte[] packet, long seed) {
        assertThatThrownBy(() -> receiver.unprotect(packet)).as("seed " + seed).isInstanceOf(SrtpException.class);
        assertThatThrownBy(() -> receiver.unprotectRtcp(packet))
                .as("seed " + seed)
                .isInstanceOf(SrtpException.class);
    }
}
