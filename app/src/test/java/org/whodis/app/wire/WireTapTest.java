package org.whodis.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WireTapTest {
    private static final int PATIENCE_MILLIS = 10_000;

    private DatagramSocket phone;
    private DatagramSocket relay;

    @BeforeEach
    void open() throws IOException {
        phone = socket();
        relay = socket();
    }

    @AfterEach
    void close() {
        phone.close();
        relay.close();
    }

    @Test
    void bothDirectionsPassAndAreKept() throws Exception {
        try (WireTap tap = WireTap.start("test", local(relay), WireTap.Meddling.NONE)) {
            Instant before = Instant.now();
            send(phone, tap.address(), new byte[] {1, 2, 3});
            DatagramPacket atRelay = receive(relay);
            assertThat(bytes(atRelay)).containsExactly(1, 2, 3);
            assertThat(atRelay.getPort()).as("the relay sees the tap").isNotEqualTo(phone.getLocalPort());

            send(relay, (InetSocketAddress) atRelay.getSocketAddress(), new byte[] {9, 8});
            DatagramPacket atPhone = receive(phone);
            assertThat(bytes(atPhone)).containsExactly(9, 8);
            assertThat(atPhone.getSocketAddress()).isEqualTo(tap.address());

            List<WirePacket> packets = tap.packets();
            assertThat(packets).hasSize(2);
            assertThat(packets.get(0).source()).isEqualTo(local(phone));
            assertThat(packets.get(0).destination()).isEqualTo(tap.address());
            assertThat(packets.get(1).destination()).isEqualTo(local(phone));
            assertThat(packets.get(1).payload()).containsExactly(9, 8);
            long millis = packets.get(0).nanos() / 1_000_000;
            assertThat(millis)
                    .isBetween(before.toEpochMilli() - 2, Instant.now().toEpochMilli() + 2);
        }
    }

    @Test
    void anEmptyAndTheLargestDatagramPass() throws Exception {
        try (WireTap tap = WireTap.start("test", local(relay), WireTap.Meddling.NONE)) {
            send(phone, tap.address(), new byte[0]);
            assertThat(bytes(receive(relay))).isEmpty();
            byte[] large = new byte[60_000];
            Arrays.fill(large, (byte) 5);
            send(phone, tap.address(), large);
            assertThat(bytes(receive(relay))).isEqualTo(large);
        }
    }

    @Test
    void aPhoneThatChangesItsAddressGetsTheAnswersAtTheNewOne() throws Exception {
        try (WireTap tap = WireTap.start("test", local(relay), WireTap.Meddling.NONE);
                DatagramSocket elsewhere = socket()) {
            send(phone, tap.address(), new byte[] {1});
            receive(relay);
            send(elsewhere, tap.address(), new byte[] {2});
            DatagramPacket second = receive(relay);
            send(relay, (InetSocketAddress) second.getSocketAddress(), new byte[] {3});
            assertThat(bytes(receive(elsewhere))).containsExactly(3);
        }
    }

    @Test
    void strangersCannotSendToThePhoneThroughTheTap() throws Exception {

        try (WireTap tap = WireTap.start("test", local(relay), WireTap.Meddling.NONE);
                DatagramSocket stranger = socket()) {
            send(phone, tap.address(), new byte[] {1});
            InetSocketAddress relaySide = (InetSocketAddress) receive(relay).getSocketAddress();
            send(stranger, relaySide, new byte[] {66});
            send(relay, relaySide, new byte[] {7});
            assertThat(bytes(receive(phone))).containsExactly(7);
        }
    }

    @Test
    void meddlingChangesWhatArrivesAndTheRecordKeepsWhatThePhoneSent() throws Exception {
        WireTap.Meddling flip = (direction, datagram) -> {
            if (datagram[0] == 0) {
                return null;
            }
            datagram[0] ^= 1;
            return datagram;
        };
        try (WireTap tap = WireTap.start("test", local(relay), flip)) {
            send(phone, tap.address(), new byte[] {0, 1});
            send(phone, tap.address(), new byte[] {4, 1});
            assertThat(bytes(receive(relay))).containsExactly(5, 1);
            assertThat(tap.packets()).hasSize(2);
            assertThat(tap.packets().get(1).payload()).containsExactly(4, 1);
        }
    }

    @Test
    void aClosedTapHasGivenItsPortBack() throws Exception {
        WireTap tap = WireTap.start("test", local(relay), WireTap.Meddling.NONE);
        tap.close();
        try (DatagramSocket again = new DatagramSocket(tap.address())) {
            assertThat(again.isBound()).isTrue();
        }
        tap.close();
    }

    @Test
    void aRelayThatIsNotThereDoesNotStopTheTap() throws Exception {
        InetSocketAddress there = local(relay);
        relay.close();
        try (WireTap tap = WireTap.start("test", there, WireTap.Meddling.NONE)) {
            for (int i = 0; i < 20; i++) {
                send(phone, tap.address(), new byte[] {1});
            }
            relay = new DatagramSocket(there);
            relay.setSoTimeout(200);
            for (int i = 0; i < 50; i++) {
                send(phone, tap.address(), new byte[] {2});
                try {
                    if (bytes(receive(relay))[0] == 2) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    // Not yet: the next one may arrive.
                }
            }
            throw new AssertionError("nothing came through");
        }
    }

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static InetSocketAddress local(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static void send(DatagramSocket from, InetSocketAddress to, byte[] bytes) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return packet;
    }

    private static byte[] bytes(DatagramPacket packet) {
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
