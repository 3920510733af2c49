package org.whodis.app.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlowFiguresTest {
    private final Random random = new Random(12);

    @ParameterizedTest
    @CsvSource({
        "0, 1, STUN",
        "3, 0, STUN",
        "4, 0, OTHER",
        "19, 0, OTHER",
        "20, 254, DTLS",
        "22, 254, DTLS",
        "63, 0, DTLS",
        "64, 0, OTHER",
        "127, 0, OTHER",
        "128, 111, SRTP",
        "128, 239, SRTP",
        "191, 0, SRTP",
        "192, 0, OTHER",
        "128, 191, SRTP",
        "128, 192, SRTCP",
        "128, 200, SRTCP",
        "129, 201, SRTCP",
        "128, 223, SRTCP",
        "128, 224, SRTP"
    })
    void packetsAreToldApartByTheirFirstTwoBytes(int first, int second, PacketKind kind) {
        byte[] datagram = new byte[40];
        datagram[0] = (byte) first;
        datagram[1] = (byte) second;
        assertThat(PacketKind.of(datagram)).isEqualTo(kind);
    }

    @Test
    void packetsTooShortForTheirKindAreNone() {
        assertThat(PacketKind.of(new byte[0])).isEqualTo(PacketKind.OTHER);
        assertThat(PacketKind.of(new byte[] {(byte) 0x80})).isEqualTo(PacketKind.OTHER);
        assertThat(PacketKind.of(new byte[] {(byte) 0x80, 111, 0, 0})).isEqualTo(PacketKind.OTHER);
    }

    @Test
    void aConstantStreamIsSeenAsOne() {
        FlowFigures figures = new FlowFigures(Packets.media(500, 65_000, random));
        FlowFigures.Kind media = figures.kind(PacketKind.SRTP);
        assertThat(media.packets()).isEqualTo(500);
        assertThat(media.sizes()).containsExactly(java.util.Map.entry(220, 500));
        assertThat(figures.gapsMillis().mean()).isCloseTo(20, within(0.01));
        assertThat(figures.gapsMillis().max()).isLessThan(21);
        assertThat(figures.expected()).isEqualTo(500);
        assertThat(figures.lost()).isZero();
        assertThat(figures.headers().irregularTimestamps()).isZero();
        assertThat(figures.headers().withPaddingExtensionOrCsrc()).isZero();
        assertThat(figures.headers().ssrcs()).isEqualTo(1);
        assertThat(figures.jitterMillis()).isBetween(0.1, 0.6);
    }

    @Test
    void randomPayloadLooksRandomAndStructureDoesNot() {
        List<WirePacket> packets = Packets.media(500, 1, random);
        FlowFigures.Randomness good = new FlowFigures(packets).randomness();
        assertThat(good.entropyBits()).isCloseTo(good.expectedBits(), within(0.002));
        assertThat(good.chiSquareP()).isGreaterThan(1e-4);
        assertThat(good.positions()).isEqualTo(208);
        assertThat(good.positionMeanBits()).isCloseTo(good.positionExpectedBits(), within(0.02));

        List<WirePacket> leaking = new ArrayList<>();
        for (WirePacket packet : packets) {
            byte[] bytes = packet.payload().clone();
            bytes[100] = 0x41;
            leaking.add(new WirePacket(packet.nanos(), packet.source(), packet.destination(), bytes));
        }
        FlowFigures.Randomness bad = new FlowFigures(leaking).randomness();
        assertThat(bad.positionMinBits()).isZero();
        assertThat(bad.chiSquareP()).isLessThan(1e-6);
    }

    @Test
    void lossDuplicatesAndReorderingAreCounted() {
        List<WirePacket> packets = new ArrayList<>(Packets.media(100, 65_500, random));
        packets.remove(50);
        packets.remove(20);
        packets.add(packets.get(10));
        java.util.Collections.swap(packets, 60, 61);
        FlowFigures figures = new FlowFigures(packets);
        assertThat(figures.expected()).isEqualTo(100);
        assertThat(figures.lost()).isEqualTo(2);
        assertThat(figures.duplicates()).isEqualTo(1);
    }

    @Test
    void jitterIsThatOfRfc3550() {
        List<WirePacket> packets = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            // Alternately 5 ms late: every step differs by 5 ms from the clock of the stream.
            packets.add(Packets.packet(20.0 * i + (i % 2) * 5, Packets.srtp(i, 960L * i, 208, random)));
        }
        assertThat(new FlowFigures(packets).jitterMillis()).isCloseTo(5, within(0.01));
    }

    @Test
    void headerFieldsBeyondAPlainOneAreNoticed() {
        List<WirePacket> packets = new ArrayList<>(Packets.media(10, 0, random));
        byte[] extended = Packets.srtp(10, 0xffff_fff0L + 9600, 208, random);
        extended[0] = (byte) 0x90;
        packets.add(Packets.packet(200, extended));
        packets.add(Packets.packet(220, Packets.srtp(11, 5, 208, random)));
        FlowFigures.Headers headers = new FlowFigures(packets).headers();
        assertThat(headers.withPaddingExtensionOrCsrc()).isEqualTo(1);
        assertThat(headers.irregularTimestamps()).isEqualTo(1);
    }

    @Test
    void anEmptyWireHasFiguresOfZero() {
        FlowFigures figures = new FlowFigures(List.of());
        assertThat(figures.kind(PacketKind.SRTP).packets()).isZero();
        assertThat(figures.randomness()).isEqualTo(FlowFigures.Randomness.NONE);
        assertThat(figures.gapsMillis().count()).isZero();
    }

    @Test
    void oddDatagramsDoNotDisturbTheReading() {
        List<WirePacket> packets = new ArrayList<>();
        for (int length = 0; length < 64; length++) {
            for (int i = 0; i < 20; i++) {
                byte[] payload = new byte[length];
                random.nextBytes(payload);
                packets.add(Packets.packet(length, payload));
            }
        }
        FlowFigures figures = new FlowFigures(packets);
        assertThat(figures.kinds().values().stream()
                        .mapToInt(FlowFigures.Kind::packets)
                        .sum())
                .isEqualTo(1280);
    }
}
