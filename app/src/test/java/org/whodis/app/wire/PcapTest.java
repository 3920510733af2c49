package org.whodis.app.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The capture file, read back by a reader that shares no code with the writer. */
final class PcapTest {
    private final Random random = new Random(11);

    @Test
    void everythingThatWasWrittenIsReadBack() throws IOException {
        List<WirePacket> packets = Packets.media(50, 7, random);
        ByteBuffer in = ByteBuffer.wrap(written(packets)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(in.getInt()).isEqualTo(0xa1b23c4d);
        assertThat(in.getShort()).isEqualTo((short) 2);
        assertThat(in.getShort()).isEqualTo((short) 4);
        in.position(20);
        assertThat(in.getInt()).as("link type RAW").isEqualTo(101);
        for (WirePacket packet : packets) {
            long nanos = (in.getInt() & 0xffff_ffffL) * 1_000_000_000L + in.getInt();
            assertThat(nanos).isEqualTo(packet.nanos());
            int length = in.getInt();
            assertThat(in.getInt()).isEqualTo(length);
            byte[] ip = new byte[length];
            in.get(ip);
            assertIpv4(ip, packet);
        }
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void checksumsHoldForEveryLengthOfPayload() throws IOException {
        for (int length = 0; length < 70; length++) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            WirePacket packet = Packets.packet(1, payload);
            byte[] file = written(List.of(packet));
            assertIpv4(Arrays.copyOfRange(file, 40, file.length), packet);
        }
    }

    @Test
    void packetsOfIpVersion6HaveTheirChecksumToo() throws IOException {
        WirePacket packet = new WirePacket(
                5, Packets.address("::1", 1000), Packets.address("2001:db8::7", 2000), new byte[] {1, 2, 3});
        byte[] file = written(List.of(packet));
        byte[] ip = Arrays.copyOfRange(file, 40, file.length);
        assertThat(ip[0] >> 4).isEqualTo(6);
        assertThat(ip).hasSize(40 + 8 + 3);
        long sum = 17 + 11 + words(ip, 8, ip.length);
        assertThat(folded(sum)).isEqualTo(0xffff);
    }

    @Test
    void tsharkFindsNothingToComplainOf(@TempDir Path folder) throws Exception {
        Path tshark = Path.of("/usr/bin/tshark");
        assumeTrue(Files.isExecutable(tshark), "tshark is not installed here");
        Path file = folder.resolve("wire.pcap");
        Files.write(file, written(Packets.media(20, 65_530, random)));
        Process process = new ProcessBuilder(
                        tshark.toString(),
                        "-r",
                        file.toString(),
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-o",
                        "udp.check_checksum:TRUE",
                        "-d",
                        "udp.port==3478,rtp",
                        "-T",
                        "fields",
                        "-e",
                        "ip.checksum.status",
                        "-e",
                        "udp.checksum.status",
                        "-e",
                        "rtp.seq",
                        "-e",
                        "udp.length",
                        "-e",
                        "frame.time_epoch")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).isZero();
        assertThat(lines).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(lines.get(i).split("\t")).startsWith("1", "1", "" + (65_530 + i) % 65_536, "228");
        }
        assertThat(lines.getFirst()).contains("1800000000.00");
    }

    private static byte[] written(List<WirePacket> packets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Pcap.write(packets, out);
        return out.toByteArray();
    }

    private static void assertIpv4(byte[] ip, WirePacket packet) {
        ByteBuffer in = ByteBuffer.wrap(ip);
        assertThat(in.get(0)).isEqualTo((byte) 0x45);
        assertThat(in.getShort(2)).isEqualTo((short) ip.length);
        assertThat(in.get(9)).isEqualTo((byte) 17);
        assertThat(folded(words(ip, 0, 20))).as("IP checksum").isEqualTo(0xffff);
        assertThat(Arrays.copyOfRange(ip, 12, 16))
                .isEqualTo(packet.source().getAddress().getAddress());
        assertThat(Arrays.copyOfRange(ip, 16, 20))
                .isEqualTo(packet.destination().getAddress().getAddress());
        assertThat(in.getShort(20) & 0xffff).isEqualTo(packet.source().getPort());
        assertThat(in.getShort(22) & 0xffff).isEqualTo(packet.destination().getPort());
        assertThat(in.getShort(24) & 0xffff).isEqualTo(8 + packet.length());
        assertThat(in.getShort(26)).as("a UDP checksum is there").isNotZero();
        assertThat(folded(17 + 8 + packet.length() + words(ip, 12, ip.length)))
                .as("UDP checksum")
                .isEqualTo(0xffff);
        assertThat(Arrays.copyOfRange(ip, 28, ip.length)).isEqualTo(packet.payload());
    }

    private static long words(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += (i - from) % 2 == 0 ? (bytes[i] & 0xffL) << 8 : bytes[i] & 0xffL;
        }
        return sum;
    }

    private static int folded(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (int) folded;
    }
}
