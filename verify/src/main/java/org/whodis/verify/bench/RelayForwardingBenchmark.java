package org.whodis.verify.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.whodis.media.RandomBytes;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.MediaOutput;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.srtp.SrtpKeys;
import org.whodis.media.srtp.SrtpSender;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.Relay;
import org.whodis.relay.RelayCounters;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayOutput;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRequest;
import org.whodis.relay.udp.UdpRelay;

/**
 * What it costs a relay to forward a frame: one member speaks, the others of the room listen, 209-byte SRTP.
 *
 * <ul>
 *   <li><b>core</b>: CPU time of the calling thread in {@link Relay#handle} and {@link Relay#poll}: one decryption and one
 *       encryption for each listener, no system call.
 *   <li><b>udp</b>: CPU time of the relay's thread in {@link UdpRelay} on loopback, with a receive for each packet in and a
 *       send for each packet out.
 * </ul>
 *
 * <p>CPU time, not wall-clock time, so that a busy machine does not change it much. Each figure is the median of rounds.
 */
public final class RelayForwardingBenchmark {
    /** 12 of header, 16 of tag, and a frame that makes 209 bytes, as in the measurements that this is compared with. */
    private static final int FRAME = 209 - 28;

    private static final int ROUNDS = 9;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int PACKETS_PER_ROUND = 20_000;

    /**
     * The listeners say nothing at all, which must not remove them while a slow machine measures, and the speaker says in a
     * second what others say in an hour.
     */
    private static final RelayLimits PATIENT = new RelayLimits(
            8, 64, 32, 64, 64, 3600 * 1_000_000_000L, 3600 * 1_000_000_000L, 8, 8, 10_000_000, 1_000_000_000);

    private final SecureRandom secureRandom = new SecureRandom();
    private final RandomBytes random = count -> {
        byte[] bytes = new byte[count];
        secureRandom.nextBytes(bytes);
        return bytes;
    };

    private RelayForwardingBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        RelayForwardingBenchmark benchmark = new RelayForwardingBenchmark();
        System.out.printf(
                Locale.ROOT,
                "%s, JDK %s, load %.1f%n",
                System.getProperty("os.name"),
                Runtime.version(),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getSystemLoadAverage());
        for (int listeners : new int[] {1, 9}) {
            System.out.printf(
                    Locale.ROOT,
                    "core, %d listener(s): %.2f us of CPU per packet out%n",
                    listeners,
                    benchmark.core(listeners));
        }
        System.out.printf(
                Locale.ROOT,
                "core, 1 listener behind a trunk, at the speaker's relay: %.2f us of CPU per packet out%n",
                benchmark.trunk(true));
        System.out.printf(
                Locale.ROOT,
                "core, 1 listener behind a trunk, at the listener's relay: %.2f us of CPU per packet out%n",
                benchmark.trunk(false));
        for (int listeners : new int[] {1, 9}) {
            benchmark.udp(listeners);
        }
    }

    /** A phone of the benchmark: a client and the address that it pretends to have, or has. */
    private record Phone(MediaClient client, InetSocketAddress address) {}

    private MediaClient client(InetSocketAddress relay, RelayMember member, DtlsIdentity identity, String ufrag) {
        return new MediaClient(
                new MediaClientConfig(relay, member.credentials(), member.fingerprint(), ufrag, member.ssrc(), FRAME),
                identity,
                random,
                () -> {});
    }

    private double core(int listeners) throws Exception {
        Relay relay = new Relay(PATIENT, DtlsIdentity.generate(random), random, () -> {});
        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.254"), 5000);
        List<Phone> phones = new ArrayList<>();
        for (int i = 0; i <= listeners; i++) {
            DtlsIdentity identity = DtlsIdentity.generate(random);
            String ufrag = IceCredentials.generateUfrag(random);
            RelayMember member = relay.createMember(
                    new MemberRequest(new MemberId("room", "member " + i), identity.fingerprint(), ufrag), 0);
            Phone phone = new Phone(
                    client(at, member, identity, ufrag),
                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + (i + 1)), 4000));
            connect(relay, phone);
            phones.add(phone);
        }
        Phone speaker = phones.getFirst();
        double[] rounds = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            List<byte[]> packets = packets(speaker.client());
            long out = 0;
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (byte[] packet : packets) {
                relay.handle(packet, speaker.address(), 1);
                while (relay.poll() instanceof RelayOutput.Transmit) {
                    out++;
                }
            }
            long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            require(out == (long) listeners * PACKETS_PER_ROUND, "every packet was forwarded");
            if (round >= 0) {
                rounds[round] = spent / 1000.0 / out;
            }
        }
        relay.closeRoom("room");
        phones.forEach(phone -> phone.client().close());
        return median(rounds);
    }

    /** The same with a trunk leg in the place of a member: as listener, or as speaker. */
    private double trunk(boolean outwards) throws Exception {
        Relay relay = new Relay(PATIENT, DtlsIdentity.generate(random), random, () -> {});
        InetSocketAddress other = new InetSocketAddress(InetAddress.ofLiteral("10.0.1.254"), 5000);
        DtlsIdentity identity = DtlsIdentity.generate(random);
        String ufrag = IceCredentials.generateUfrag(random);
        RelayMember member =
                relay.createMember(new MemberRequest(new MemberId("room", "member"), identity.fingerprint(), ufrag), 0);
        Phone phone = new Phone(
                client(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.254"), 5000), member, identity, ufrag),
                new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000));
        connect(relay, phone);
        int base = relay.reserveTrunk(1);
        byte[] here = random.next(SrtpKeys.KEY_LENGTH);
        byte[] there = random.next(SrtpKeys.KEY_LENGTH);
        byte[] salt = random.next(SrtpKeys.SALT_LENGTH);
        relay.connectTrunk(
                new TrunkRequest(
                        new TrunkId("room", "other"),
                        base,
                        64,
                        other,
                        SrtpKeys.copyOf(here, salt),
                        SrtpKeys.copyOf(there, salt),
                        1),
                1);
        SrtpSender sender = new SrtpSender(SrtpKeys.copyOf(there, salt));
        int index = 0;
        double[] rounds = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            List<byte[]> packets = new ArrayList<>();
            if (outwards) {
                packets.addAll(packets(phone.client()));
            }
            while (packets.size() < PACKETS_PER_ROUND + (outwards ? 0 : 1)) {
                packets.add(sender.protect(
                        new RtpHeader(false, RtpHeader.PAYLOAD_TYPE, ++index & 0xffff, 0, base),
                        index,
                        new byte[FRAME]));
            }
            if (outwards && round == -WARM_UP_ROUNDS) {
                relay.handle(
                        sender.protect(new RtpHeader(false, RtpHeader.PAYLOAD_TYPE, 1, 0, base), 1, new byte[FRAME]),
                        other,
                        1);
            }
            long out = 0;
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (byte[] packet : packets) {
                relay.handle(packet, outwards ? phone.address() : other, 1);
                while (relay.poll() instanceof RelayOutput.Transmit) {
                    out++;
                }
            }
            long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            require(out >= PACKETS_PER_ROUND, "every packet was forwarded");
            if (round >= 0) {
                rounds[round] = spent / 1000.0 / out;
            }
        }
        relay.closeRoom("room");
        phone.client().close();
        return median(rounds);
    }

    /** Carries datagrams between a phone and the core until the phone is connected and the core has noticed. */
    private static void connect(Relay relay, Phone phone) {
        phone.client().start(0);
        boolean connected = false;
        for (int i = 0; i < 100_000; i++) {
            for (MediaOutput output = phone.client().poll();
                    !(output instanceof MediaOutput.Timeout);
                    output = phone.client().poll()) {
                if (output instanceof MediaOutput.Transmit(var datagram)) {
                    relay.handle(datagram.bytes(), phone.address(), 0);
                }
                connected |= output instanceof MediaOutput.Event(MediaEvent.Connected());
            }
            for (RelayOutput output = relay.poll(); !(output instanceof RelayOutput.Timeout); output = relay.poll()) {
                if (output instanceof RelayOutput.Transmit(var datagram)
                        && datagram.remote().equals(phone.address())) {
                    phone.client()
                            .handle(
                                    datagram.bytes(),
                                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0.254"), 5000),
                                    0);
                }
            }
            if (connected) {
                return;
            }
            LockSupport.parkNanos(100_000);
            relay.handleTimeout(0);
            phone.client().handleTimeout(0);
        }
        throw new IllegalStateException("no connection");
    }

    private static List<byte[]> packets(MediaClient speaker) {
        List<byte[]> packets = new ArrayList<>(PACKETS_PER_ROUND);
        byte[] frame = new byte[FRAME];
        for (int i = 0; i < PACKETS_PER_ROUND; i++) {
            speaker.send(frame, 960L * i, 1);
            if (speaker.poll() instanceof MediaOutput.Transmit(var datagram)) {
                packets.add(datagram.bytes());
            }
        }
        return packets;
    }

    private void udp(int listeners) throws Exception {
        try (UdpRelay relay =
                new UdpRelay(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PATIENT, random, _ -> {})) {
            relay.start();
            List<DatagramChannel> channels = new ArrayList<>();
            List<MediaClient> clients = new ArrayList<>();
            for (int i = 0; i <= listeners; i++) {
                DtlsIdentity identity = DtlsIdentity.generate(random);
                String ufrag = IceCredentials.generateUfrag(random);
                RelayMember member = relay.createMember(
                        new MemberRequest(new MemberId("room", "member " + i), identity.fingerprint(), ufrag));
                DatagramChannel channel = DatagramChannel.open();
                channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
                channel.connect(relay.localAddress());
                channel.configureBlocking(false);
                MediaClient client = client(relay.localAddress(), member, identity, ufrag);
                connect(relay, channel, client);
                channels.add(channel);
                clients.add(client);
            }
            measureUdp(relay, listeners, channels, clients.getFirst());
            for (DatagramChannel channel : channels) {
                channel.close();
            }
            clients.forEach(MediaClient::close);
        }
    }

    private static void connect(UdpRelay relay, DatagramChannel channel, MediaClient client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        client.start(System.nanoTime());
        boolean connected = false;
        for (int i = 0; i < 100_000 && !connected; i++) {
            for (MediaOutput output = client.poll(); !(output instanceof MediaOutput.Timeout); output = client.poll()) {
                if (output instanceof MediaOutput.Transmit(var datagram)) {
                    channel.write(ByteBuffer.wrap(datagram.bytes()));
                }
                connected |= output instanceof MediaOutput.Event(MediaEvent.Connected());
            }
            while (channel.read(buffer.clear()) > 0) {
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram);
                client.handle(datagram, relay.localAddress(), System.nanoTime());
            }
            LockSupport.parkNanos(100_000);
            client.handleTimeout(System.nanoTime());
        }
        require(connected, "connected");
    }

    /** Offers bursts that the relay's socket buffer holds, waits until they are forwarded, and reads the thread's CPU time. */
    private static void measureUdp(UdpRelay relay, int listeners, List<DatagramChannel> channels, MediaClient speaker)
            throws IOException {
        long thread = Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                .filter(info -> info.getThreadName().equals("relay"))
                .findFirst()
                .orElseThrow()
                .getThreadId();
        ByteBuffer sink = ByteBuffer.allocateDirect(2048);
        double[] rounds = new double[ROUNDS];
        long lost = 0;
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            List<byte[]> packets = packets(speaker);
            RelayCounters.Snapshot start = relay.counters();
            long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
            for (int i = 0; i < packets.size(); i++) {
                channels.getFirst().write(ByteBuffer.wrap(packets.get(i)));
                if (i % 32 == 31) {
                    long wanted = start.framesIn() + i + 1;
                    for (int tries = 0; relay.counters().framesIn() < wanted && tries < 1000; tries++) {
                        LockSupport.parkNanos(20_000);
                    }
                    for (DatagramChannel channel : channels) {
                        while (channel.read(sink.clear()) > 0) {
                            sink.clear();
                        }
                    }
                }
            }
            long spent = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread) - before;
            long forwarded = relay.counters().framesForwarded() - start.framesForwarded();
            lost += (long) listeners * packets.size() - forwarded;
            require(forwarded > 0, "packets were forwarded");
            if (round >= 0) {
                rounds[round] = spent / 1000.0 / forwarded;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "udp, %d listener(s), bursts of 32: %.2f us of CPU per packet out (%d packets not forwarded)%n",
                listeners,
                median(rounds),
                lost);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
