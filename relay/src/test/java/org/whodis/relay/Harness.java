package org.whodis.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.whodis.media.Datagram;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.DtlsIdentity;

/** A relay's core in virtual time, whose datagrams out wait in the mailbox of the address that they are for. */
final class Harness {
    static final long MILLIS = 1_000_000;
    static final long SECONDS = 1000 * MILLIS;
    static final InetSocketAddress ADDRESS = address(254, 5000);

    final RandomBytes random;
    final Relay relay;
    final List<RelayEvent> events = new ArrayList<>();
    final Map<InetSocketAddress, Deque<byte[]>> mail = new HashMap<>();
    long now = 17 * SECONDS;
    long bytesOut;

    Harness(RelayLimits limits, long seed) {
        random = seeded(seed);
        relay = new Relay(limits, DtlsIdentity.generate(random), random, () -> {});
    }

    static RandomBytes seeded(long seed) {
        Random random = new Random(seed);
        return count -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        };
    }

    static InetSocketAddress address(int host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + host), port);
    }

    RelayMember create(String room, String name, DtlsIdentity identity, String ufrag) throws RelayRefusedException {
        return relay.createMember(new MemberRequest(new MemberId(room, name), identity.fingerprint(), ufrag), now);
    }

    /** Feeds a copy, as a network would. */
    void handle(byte[] datagram, InetSocketAddress from) {
        relay.handle(datagram.clone(), from, now);
        drain();
    }

    void advance(long nanos) {
        long end = now + nanos;
        for (long next = drain(); next <= end; next = drain()) {
            now = Math.max(now, next);
            relay.handleTimeout(now);
        }
        now = end;
    }

    /** Waits until the handshakes have said what they have to say. */
    void settle() {
        for (int i = 0; !relay.isQuiet(); i++) {
            assertThat(i).as("a handshake hangs").isLessThan(200_000);
            relay.handleTimeout(now);
            drain();
            java.util.concurrent.locks.LockSupport.parkNanos(50_000);
        }
        relay.handleTimeout(now);
        drain();
    }

    Deque<byte[]> mailbox(InetSocketAddress address) {
        return mail.computeIfAbsent(address, _ -> new ArrayDeque<>());
    }

    long dropped(RelayDrop reason) {
        return relay.counters().snapshot().dropped().get(reason);
    }

    /** Returns the deadline. */
    long drain() {
        while (true) {
            switch (relay.poll()) {
                case RelayOutput.Transmit(Datagram datagram) -> {
                    bytesOut += datagram.bytes().length;
                    mailbox(datagram.remote()).add(datagram.bytes());
                }
                case RelayOutput.Event(RelayEvent event) -> events.add(event);
                case RelayOutput.Timeout(long atNanos) -> {
                    return atNanos;
                }
            }
        }
    }
}
