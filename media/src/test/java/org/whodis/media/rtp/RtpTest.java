package org.whodis.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.PublishedVectors;
import org.whodis.media.TestRandom;

class RtpTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void aHeaderIsWrittenAsItIsRead() throws Exception {
        byte[] packet = HEX.parseHex("80ef1234decafbadcafebabe");
        RtpHeader header = RtpHeader.decode(packet);
        assertThat(header).isEqualTo(new RtpHeader(true, 111, 0x1234, 0xdecafbad, 0xcafebabe));
        byte[] written = new byte[RtpHeader.LENGTH];
        header.encode(written);
        assertThat(written).isEqualTo(packet);
    }

    @ParameterizedTest
    @CsvSource({"00,version 0", "40,version 1", "c0,version 3", "a0,padding", "90,extension", "81,CSRC", "bf,all of it"
    })
    void paddingExtensionsContributorsAndOtherVersionsAreRefused(String first, String what) {
        byte[] packet = HEX.parseHex(first + "6f1234decafbadcafebabe00000000000000");
        assertThatThrownBy(() -> RtpHeader.decode(packet)).as(what).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void aTruncatedHeaderIsRefused() {
        byte[] packet = HEX.parseHex("806f1234decafbadcafebabe");
        for (int length = 0; length < packet.length; length++) {
            byte[] cut = Arrays.copyOf(packet, length);
            assertThatThrownBy(() -> RtpHeader.decode(cut)).isInstanceOf(MalformedPacketException.class);
        }
    }

    @ParameterizedTest
    @DisplayName("RFC 7983, section 7, and RFC 5761, section 4: demultiplexing by the first bytes")
    @CsvSource({
        "0001,STUN", "0301,STUN", "0401,OTHER", "1301,OTHER", "14fe,DTLS", "16fe,DTLS", "3ffe,DTLS", "4000,OTHER",
        "7fff,OTHER", "806f,RTP", "80ef,RTP", "bf00,RTP", "80bf,RTP", "80c0,RTCP", "80c8,RTCP", "80c9,RTCP",
        "80df,RTCP", "80e0,RTP", "c000,OTHER", "ffff,OTHER", "80,OTHER"
    })
    void eachKindIsToldByItsFirstBytes(String bytes, PacketKind kind) {
        assertThat(PacketKind.of(HEX.parseHex(bytes))).isEqualTo(kind);
    }

    @Test
    void anEmptyDatagramIsOfNoKind() {
        assertThat(PacketKind.of(new byte[0])).isEqualTo(PacketKind.OTHER);
    }

    @ParameterizedTest
    @DisplayName("RFC 3711, appendix A: the index is the nearest one that ends in the sequence number")
    @CsvSource({
        "0,1,1",
        "0,65535,-1",
        "65535,0,65536",
        "65536,65535,65535",
        "65536,0,65536",
        "40000,39999,39999",
        "98304,32767,98303",
        "131071,1,131073",
        "131073,65530,131066",
        "32767,65535,65535",
        "32768,65535,65535"
    })
    void anIndexIsEstimatedAroundTheHighest(long highest, int sequence, long index) {
        assertThat(PacketIndex.estimate(highest, sequence)).isEqualTo(index);
    }

    @Test
    void anIndexIsFoundAgainAtAnyDistanceThatRealPathsHave() {
        long seed = 7;
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long highest = 40_000 + random.nextLong(1L << 40);
            long index = highest - 32_000 + random.nextInt(64_000);
            assertThat(PacketIndex.estimate(highest, PacketIndex.sequence(index)))
                    .as("seed %d: %d after %d", seed, index, highest)
                    .isEqualTo(index);
        }
    }

    @Test
    void aStreamBeginsInTheLowerHalf() {
        var random = TestRandom.seeded(3);
        for (int i = 0; i < 1000; i++) {
            assertThat(PacketIndex.generateFirst(random)).isBetween(0L, 32767L);
        }
    }

    @Test
    void reportsAreReadAsTheyWereWritten() throws Exception {
        ReportBlock block = new ReportBlock(0xcafebabe, 255, -5, 0x12345678, 77, 0x9abcdef0, 0x11223344);
        String cname = RtcpPacket.generateCname(TestRandom.seeded(5));
        byte[] sender = RtcpPacket.encodeSenderCompound(7, 0x0102030405060708L, 9, 10, 11, block, cname);
        assertThat(sender).hasSize(RtcpPacket.SENDER_COMPOUND_LENGTH);
        assertThat(RtcpPacket.decodeCompound(sender))
                .containsExactly(
                        new RtcpPacket.SenderReport(7, 0x0102030405060708L, 9, 10, 11, java.util.List.of(block)),
                        new RtcpPacket.Unread(202));
        byte[] receiver = RtcpPacket.encodeReceiverCompound(7, block, cname);
        assertThat(receiver).hasSize(RtcpPacket.RECEIVER_COMPOUND_LENGTH);
        assertThat(RtcpPacket.decodeCompound(receiver))
                .containsExactly(
                        new RtcpPacket.ReceiverReport(7, java.util.List.of(block)), new RtcpPacket.Unread(202));
    }

    @Test
    void truncatedCompoundsAreRefusedUnlessTheyEndBetweenPackets() throws Exception {
        byte[] compound =
                RtcpPacket.encodeReceiverCompound(7, ReportBlock.EMPTY, RtcpPacket.generateCname(TestRandom.seeded(5)));
        for (int length = 0; length < compound.length; length++) {
            byte[] cut = Arrays.copyOf(compound, length);
            if (length == 32) {
                assertThat(RtcpPacket.decodeCompound(cut)).hasSize(1);
            } else {
                assertThatThrownBy(() -> RtcpPacket.decodeCompound(cut)).isInstanceOf(MalformedPacketException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "81ca000200000001010000 00,SDES first",
        "81c9000100000001,one block counted and none there",
        "01c9000100000001,version 0",
        "a0c900010000000180c9000100000001,padding before the end",
        "a0c9000100000005,padding longer than the packet",
        "a0c9000100000000,padding of nothing",
        "80c9ffff00000001,longer than it is",
        "9fc9000200000001,31 blocks"
    })
    void malformedCompoundsAreRefused(String hex, String what) {
        byte[] compound = HEX.parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> RtcpPacket.decodeCompound(compound))
                .as(what)
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void publishedSeedsAndTheirMutationsAreReadOrRefusedAndNothingElse() throws Exception {
        long seed = 4711;
        Random random = new Random(seed);
        int read = 0;
        for (byte[] original : PublishedVectors.files("webrtc-corpora", "https://github.com/versatica/mediasoup")) {
            read += readOrRefused(original, seed) ? 1 : 0;
            for (int i = 0; i < 200; i++) {
                readOrRefused(TestRandom.mutate(original, random), seed);
            }
        }
        assertThat(read).as("seeds that are RTP or RTCP").isPositive();
    }

    private static boolean readOrRefused(byte[] bytes, long seed) {
        boolean read = false;
        try {
            RtpHeader.decode(bytes);
            read = true;
        } catch (MalformedPacketException e) {
            // refused
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", input " + HEX.formatHex(bytes), e);
        }
        try {
            RtcpPacket.decodeCompound(bytes);
            read = true;
        } catch (MalformedPacketException e) {
            // refused
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", input " + HEX.formatHex(bytes), e);
        }
        return read;
    }

    @Test
    @DisplayName("RFC 3550, appendix A.8: jitter grows by a sixteenth of each difference in transit")
    void jitterIsThatOfTheRfc() {
        ReceptionStatistics statistics = new ReceptionStatistics();
        long arrival = 5_000_000_000L;
        statistics.received(10, 960, arrival);
        statistics.received(11, 1920, arrival + 20_000_000);
        assertThat(statistics.snapshot().jitterNanos()).isZero();
        // 16 ms late: 768 ticks, a sixteenth of which is 48, one millisecond.
        statistics.received(12, 2880, arrival + 56_000_000);
        assertThat(statistics.snapshot().jitterNanos()).isEqualTo(1_000_000);
    }

    @Test
    void lossIsWhatIsMissingBetweenFirstAndHighest() {
        ReceptionStatistics statistics = new ReceptionStatistics();
        for (int index : new int[] {65530, 65531, 65534, 65533, 65540}) {
            statistics.received(index, 960 * index, index * 20_000_000L);
        }
        StreamStatistics snapshot = statistics.snapshot();
        assertThat(snapshot.expected()).isEqualTo(11);
        assertThat(snapshot.received()).isEqualTo(5);
        assertThat(snapshot.lost()).isEqualTo(6);
        assertThat(snapshot.reordered()).isEqualTo(1);
        ReportBlock block = statistics.report(1, 0, 0);
        assertThat(block.cumulativeLost()).isEqualTo(6);
        assertThat(block.fractionLost()).isEqualTo(6 * 256 / 11);
        assertThat(block.highestSequence()).isEqualTo(65540);
        assertThat(statistics.report(1, 0, 0).fractionLost())
                .as("nothing since")
                .isZero();
    }

    @Test
    void nothingReceivedIsNothingLost() {
        assertThat(new ReceptionStatistics().report(9, 0, 0)).isEqualTo(new ReportBlock(9, 0, 0, 0, 0, 0, 0));
    }
}
