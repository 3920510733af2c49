package org.whodis.verify.endtoend;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A UDP forwarder between one phone and its relay that can do what a hostile network does: drop, copy and change packets. It
 * follows the phone to a new address, as a router does.
 */
public final class MeddlingForwarder implements AutoCloseable {
    private final DatagramSocket toPhone;
    private final DatagramSocket toRelay;
    private final InetSocketAddress relay;
    private final Random random = new Random(20261122);
    private volatile InetSocketAddress phone;

    /** Of 100 packets that look like RTP, so many are forwarded changed in one bit beside the original. */
    volatile int forgedPercent;

    /** Of 100 packets that look like RTP, so many are forwarded twice. */
    volatile int copiedPercent;

    /** Nothing passes. */
    volatile boolean cut;

    final AtomicLong meddled = new AtomicLong();

    public MeddlingForwarder(InetSocketAddress relay) throws IOException {
        this.relay = relay;
        this.toPhone = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.toRelay = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> pump(toPhone, true));
        Thread.ofPlatform().daemon().start(() -> pump(toRelay, false));
    }

    /** Whether nothing passes from now on. */
    public void cut(boolean nothing) {
        cut = nothing;
    }

    public int port() {
        return toPhone.getLocalPort();
    }

    InetSocketAddress phoneAddress() {
        return phone;
    }

    private void pump(DatagramSocket from, boolean up) {
        byte[] buffer = new byte[2048];
        try {
            while (!from.isClosed()) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                if (up) {
                    phone = (InetSocketAddress) packet.getSocketAddress();
                }
                if (!cut) {
                    forward(Arrays.copyOf(buffer, packet.getLength()), up);
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void forward(byte[] packet, boolean up) throws IOException {
        boolean rtp = packet.length > 100 && (packet[0] & 0xc0) == 0x80;
        if (rtp && random.nextInt(100) < forgedPercent) {
            byte[] forged = packet.clone();
            forged[random.nextInt(forged.length)] ^= (byte) (1 << random.nextInt(8));
            send(forged, up);
            meddled.incrementAndGet();
        }
        send(packet, up);
        if (rtp && random.nextInt(100) < copiedPercent) {
            send(packet, up);
            meddled.incrementAndGet();
        }
    }

    private void send(byte[] packet, boolean up) throws IOException {
        InetSocketAddress target = up ? relay : phone;
        if (target != null) {
            (up ? toRelay : toPhone).send(new DatagramPacket(packet, packet.length, target));
        }
    }

    @Override
    public void close() {
        toPhone.close();
        toRelay.close();
    }
}
