package org.whodis.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.relay.Harness.MILLIS;
import static org.whodis.relay.Harness.SECONDS;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.Datagram;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.MediaOutput;
import org.whodis.media.client.ReceivedFrame;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsWarmUp;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.ice.IceTimings;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.StreamStatistics;
import org.whodis.media.srtp.SrtpSender;

/**
 * Phones and a relay over a network that a seed makes lose, delay, reorder and double datagrams, in virtual time. Only the
 * handshakes run on threads of their own; while one is under way the network is perfect and time stands still.
 */
class SimulationTest {
    private static final int FRAME = 160;
    private static final long FRAME_NANOS = 20 * MILLIS;

    private final List<Phone> phones = new ArrayList<>();
    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private final Map<InetSocketAddress, Phone> byAddress = new HashMap<>();
    private Harness harness;
    private Random chance = new Random(0);
    private Network network = Network.PERFECT;
    private long flightNumber;

    /** What happens to datagrams; probabilities in percent. */
    private record Network(int loss, int duplicates, long minDelay, long maxDelay) {
        static final Network PERFECT = new Network(0, 0, MILLIS, MILLIS);
        static final Network DOWN = new Network(100, 0, MILLIS, MILLIS);
    }

    private record Flight(long at, long number, byte[] bytes, InetSocketAddress from, InetSocketAddress to)
            implements Comparable<Flight> {
        @Override
        public int compareTo(Flight that) {
            return at != that.at ? Long.compare(at, that.at) : Long.compare(number, that.number);
        }
    }

    /** One packet as a tap on the wire sees it. */
    private record Seen(long at, PacketKind kind, int length) {}

    private final class Phone {
        final MediaClient client;
        final RelayMember member;
        final List<MediaEvent> events = new ArrayList<>();
        final Map<Integer, List<ReceivedFrame>> received = new HashMap<>();
        final List<Seen> wire = new ArrayList<>();
        InetSocketAddress address;
        long timeoutAt = Long.MAX_VALUE;
        long nextFrameAt = Long.MAX_VALUE;
        int framesOffered;

        Phone(String name, int host) throws Exception {
            this(name, host, IceTimings.DEFAULT);
        }

        Phone(String name, int host, IceTimings timings) throws Exception {
            var random = Harness.seeded(1000 + host);
            DtlsIdentity identity = DtlsIdentity.generate(random);
            String ufrag = IceCredentials.generateUfrag(random);
            member = harness.create("room", name, identity, ufrag);
            address = Harness.address(host, 4000);
            client = new MediaClient(
                    new MediaClientConfig(
                            Harness.ADDRESS,
                            member.credentials(),
                            member.fingerprint(),
                            ufrag,
                            member.ssrc(),
                            FRAME,
                            timings),
                    identity,
                    random,
                    () -> {});
            phones.add(this);
            byAddress.put(address, this);
        }

        void move(int host) {
            byAddress.remove(address);
            address = Harness.address(host, 4000);
            byAddress.put(address, this);
            client.localAddressChanged(harness.now);
            drain();
        }

        void sendFrame() {
            byte[] frame = new byte[FRAME];
            ByteBuffer.wrap(frame).putInt(framesOffered).putInt(member.ssrc());
            client.send(frame, 960L * framesOffered, harness.now);
            framesOffered++;
            nextFrameAt += FRAME_NANOS;
            drain();
        }

        void drain() {
            while (true) {
                switch (client.poll()) {
                    case MediaOutput.Transmit(Datagram datagram) -> {
                        wire.add(new Seen(harness.now, PacketKind.of(datagram.bytes()), datagram.bytes().length));
                        launch(datagram.bytes(), address, datagram.remote());
                    }
                    case MediaOutput.Event(MediaEvent.Payload(ReceivedFrame frame)) ->
                        received.computeIfAbsent(frame.ssrc(), _ -> new ArrayList<>())
                                .add(frame);
                    case MediaOutput.Event(MediaEvent event) -> events.add(event);
                    case MediaOutput.Timeout(long atNanos) -> {
                        timeoutAt = atNanos;
                        return;
                    }
                }
            }
        }

        boolean isConnected() {
            return events.contains(new MediaEvent.Connected());
        }
    }

    @BeforeAll
    static void warmUp() {
        DtlsWarmUp.run(Harness.seeded(2));
    }

    @AfterEach
    void closeAll() {
        phones.forEach(phone -> phone.client.close());
    }

    private void launch(byte[] bytes, InetSocketAddress from, InetSocketAddress to) {
        int copies = 1 + (chance.nextInt(100) < network.duplicates() ? 1 : 0);
        for (int i = 0; i < copies; i++) {
            if (chance.nextInt(100) >= network.loss()) {
                long delay = network.minDelay() + chance.nextLong(1 + network.maxDelay() - network.minDelay());
                flights.add(new Flight(harness.now + delay, flightNumber++, bytes.clone(), from, to));
            }
        }
    }

    private void drainRelay() {
        harness.drain();
        harness.mail.forEach((to, mails) -> {
            mails.forEach(bytes -> launch(bytes, Harness.ADDRESS, to));
            mails.clear();
        });
    }

    private void deliver(Flight flight) {
        if (flight.to().equals(Harness.ADDRESS)) {
            harness.relay.handle(flight.bytes(), flight.from(), harness.now);
            drainRelay();
        } else {
            Phone phone = byAddress.get(flight.to());
            if (phone != null) {
                phone.client.handle(flight.bytes(), flight.from(), harness.now);
                phone.drain();
            }
        }
    }

    /** Runs until {@code end}; whatever is due first comes first. */
    private void runUntil(long end) {
        while (true) {
            awaitHandshakes();
            long next = harness.drain();
            Flight flight = flights.peek();
            next = flight == null ? next : Math.min(next, flight.at());
            for (Phone phone : phones) {
                next = Math.min(next, Math.min(phone.timeoutAt, phone.nextFrameAt));
            }
            if (next > end) {
                harness.now = end;
                return;
            }
            harness.now = Math.max(harness.now, next);
            while (flights.peek() != null && flights.peek().at() <= harness.now) {
                deliver(flights.remove());
            }
            harness.relay.handleTimeout(harness.now);
            drainRelay();
            for (Phone phone : phones) {
                if (phone.timeoutAt <= harness.now) {
                    phone.client.handleTimeout(harness.now);
                    phone.drain();
                }
                if (phone.nextFrameAt <= harness.now) {
                    phone.sendFrame();
                }
            }
        }
    }

    private void run(long nanos) {
        runUntil(harness.now + nanos);
    }

    private void awaitHandshakes() {
        for (int i = 0; !harness.relay.isQuiet() || phones.stream().anyMatch(p -> !p.client.isQuiet()); i++) {
            assertThat(i).as("a handshake hangs").isLessThan(200_000);
            java.util.concurrent.locks.LockSupport.parkNanos(50_000);
            harness.relay.handleTimeout(harness.now);
            drainRelay();
        }
        for (Phone phone : phones) {
            if (!phone.isConnected()) {
                phone.client.handleTimeout(harness.now);
                phone.drain();
            }
        }
        harness.relay.handleTimeout(harness.now);
        drainRelay();
    }

    /** Two phones that hear each other and speak from now on. */
    private void connect(long seed, Phone... all) {
        chance = new Random(seed);
        for (Phone phone : all) {
            for (Phone other : all) {
                if (other != phone) {
                    phone.client.expectPeer(other.member.ssrc());
                }
            }
            phone.client.start(harness.now);
            phone.drain();
        }
        run(SECONDS);
        for (Phone phone : all) {
            assertThat(phone.events).containsExactly(new MediaEvent.Connected());
            phone.nextFrameAt = harness.now;
        }
    }

    private static void assertReceivedIsWhatWasSent(Phone from, Phone to, long seed) {
        Set<Long> sequences = new HashSet<>();
        for (ReceivedFrame frame : to.received.getOrDefault(from.member.ssrc(), List.of())) {
            ByteBuffer content = ByteBuffer.wrap(frame.bytes());
            int number = content.getInt();
            assertThat(content.getInt()).isEqualTo(from.member.ssrc());
            assertThat(frame.rtpTimestamp()).isEqualTo(960L * number);
            assertThat(sequences.add(frame.extendedSequence()))
                    .as("seed %d: frame %d is new", seed, number)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void overALossyReorderingDuplicatingNetworkEachFrameArrivesOnceOrNotAtAll(long seed) throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, seed);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(seed, a, b);
        network = new Network(5, 3, 5 * MILLIS, 90 * MILLIS);
        run(60 * SECONDS);
        network = Network.PERFECT;
        run(2 * SECONDS);
        a.nextFrameAt = Long.MAX_VALUE;
        b.nextFrameAt = Long.MAX_VALUE;
        run(SECONDS);
        for (Phone[] pair : new Phone[][] {{a, b}, {b, a}}) {
            Phone from = pair[0];
            Phone to = pair[1];
            assertReceivedIsWhatWasSent(from, to, seed);
            int received = to.received.get(from.member.ssrc()).size();
            // Each of two hops loses 5 %: 90.25 % of 3000 arrive, give or take five standard deviations of 16.
            assertThat(received).as("seed %d: frames of 3000", seed).isBetween(2627 + 100, 2790 + 100);
            StreamStatistics statistics = to.client.statistics().peers().get(from.member.ssrc());
            assertThat(statistics.received()).isEqualTo(received);
            assertThat(statistics.lost()).isEqualTo(from.client.statistics().framesSent() - received);
            assertThat(statistics.reordered()).isPositive();
            // Transit is uniform over 10 to 180 ms in two hops: jitter settles around a third of the spread.
            assertThat(statistics.jitterNanos()).isLessThan(170 * MILLIS);
            assertThat(to.events).as("seed " + seed).containsExactly(new MediaEvent.Connected());
            assertThat(to.client.statistics().uplink().received()).isTrue();
            assertThat(to.client.statistics().roundTripNanos()).isBetween(2 * MILLIS - 100_000, 200 * MILLIS);
        }
    }

    @Test
    void whatATapSeesHasOneSizeAndCadenceForEachKindOfPacket() throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, 9);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(9, a, b);
        long start = harness.now;
        a.wire.clear();
        run(60 * SECONDS);
        Map<PacketKind, List<Seen>> kinds = new TreeMap<>();
        a.wire.forEach(seen ->
                kinds.computeIfAbsent(seen.kind(), _ -> new ArrayList<>()).add(seen));
        assertThat(kinds.keySet()).containsExactly(PacketKind.STUN, PacketKind.RTP, PacketKind.RTCP);
        assertThat(kinds.get(PacketKind.RTP)).hasSize(3001).allMatch(seen -> seen.length() == FRAME + 28);
        assertThat(kinds.get(PacketKind.RTCP))
                .hasSize(60)
                .allMatch(seen -> seen.length() == RtcpPacket.SENDER_COMPOUND_LENGTH + SrtpSender.RTCP_OVERHEAD);
        assertThat(kinds.get(PacketKind.STUN)).hasSize(12);
        for (PacketKind kind : kinds.keySet()) {
            List<Seen> seen = kinds.get(kind);
            long interval = seen.get(1).at() - seen.get(0).at();
            for (int i = 2; i < seen.size(); i++) {
                // Consent is renewed one interval after the last answer, which takes two milliseconds here.
                assertThat(seen.get(i).at() - seen.get(i - 1).at())
                        .as(kind.name())
                        .isEqualTo(interval);
            }
        }
        assertThat(start).isPositive();
    }

    @Test
    void aPhoneThatMovesLosesARoundTripOfFramesAndNoMore() throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, 21);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(21, a, b);
        network = new Network(0, 0, 30 * MILLIS, 30 * MILLIS);
        run(5 * SECONDS);
        long notSent = a.client.statistics().framesNotSent();
        int heard = b.received.get(a.member.ssrc()).size();
        int listened = a.received.get(b.member.ssrc()).size();
        a.move(3);
        run(5 * SECONDS);
        assertThat(a.client.statistics().framesNotSent() - notSent)
                .as("in 60 ms")
                .isEqualTo(2);
        assertThat(b.received.get(a.member.ssrc()).size() - heard).isEqualTo(250 - 2);
        // What was on its way to the old address is lost: until our first frame from the new one reaches the relay.
        assertThat(a.received.get(b.member.ssrc()).size() - listened).isBetween(250 - 9, 250 - 4);
        assertThat(harness.relay.counters().snapshot().pathsMoved()).isEqualTo(1);
        assertThat(a.events).containsExactly(new MediaEvent.Connected());
    }

    @Test
    void aPhoneThatMovesEverySecondOverALossyNetworkIsStillHeard() throws Exception {
        long seed = 22;
        harness = new Harness(RelayLimits.DEFAULT, seed);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(seed, a, b);
        network = new Network(5, 2, 5 * MILLIS, 40 * MILLIS);
        for (int i = 0; i < 60; i++) {
            a.move(10 + i);
            run(SECONDS);
        }
        assertReceivedIsWhatWasSent(a, b, seed);
        assertThat(b.received.get(a.member.ssrc()).size()).as("of 3000").isGreaterThan(2300);
        assertThat(a.received.get(b.member.ssrc()).size()).as("of 3000").isGreaterThan(2000);
        assertThat(a.events).containsExactly(new MediaEvent.Connected());
    }

    @Test
    void silenceIsToldWithinASecondWhileOthersSpeakAndHealsByItself() throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, 23);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(23, a, b);
        run(5 * SECONDS);
        network = Network.DOWN;
        run(MediaClient.QUIET_NANOS);
        assertThat(a.events).containsExactly(new MediaEvent.Connected());
        run(MediaClient.ANSWER_NANOS + 20 * MILLIS);
        assertThat(a.events).containsExactly(new MediaEvent.Connected(), new MediaEvent.RelaySilent());
        run(9 * SECONDS);
        assertThat(a.events).containsExactly(new MediaEvent.Connected(), new MediaEvent.RelaySilent());
        network = Network.PERFECT;
        run(2 * SECONDS);
        assertThat(a.events)
                .containsExactly(new MediaEvent.Connected(), new MediaEvent.RelaySilent(), new MediaEvent.RelayHeard());
        int heard = b.received.get(a.member.ssrc()).size();
        run(SECONDS);
        assertThat(b.received.get(a.member.ssrc()).size() - heard).isEqualTo(50);
    }

    @Test
    void thatTheOthersSayNothingIsNotTakenForASilentRelay() throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, 26);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(26, a, b);
        run(2 * SECONDS);
        assertThat(harness.relay.removeMember(b.member.id())).isTrue();
        run(20 * SECONDS);
        assertThat(a.events).containsExactly(new MediaEvent.Connected());
        assertThat(b.events).containsExactly(new MediaEvent.Connected(), new MediaEvent.RelaySilent());
    }

    @Test
    void aNatThatForgetsTheMappingIsHealedByTheNextCheck() throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, 24);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(24, a, b);
        run(3 * SECONDS);
        // The phone does not notice that its packets come from elsewhere now.
        byAddress.remove(a.address);
        a.address = Harness.address(77, 4000);
        byAddress.put(a.address, a);
        run(4 * SECONDS);
        int heard = b.received.get(a.member.ssrc()).size();
        int listened = a.received.get(b.member.ssrc()).size();
        run(SECONDS);
        assertThat(b.received.get(a.member.ssrc()).size() - heard).isEqualTo(50);
        assertThat(a.received.get(b.member.ssrc()).size() - listened).isEqualTo(50);
    }

    @Test
    void afterThirtySecondsWithoutTheRelayConsentIsLostAndNothingIsSentAnyMore() throws Exception {
        harness = new Harness(RelayLimits.DEFAULT, 25);
        Phone a = new Phone("a", 1);
        Phone b = new Phone("b", 2);
        connect(25, a, b);
        network = Network.DOWN;
        run(31 * SECONDS);
        assertThat(a.events.getLast()).isEqualTo(new MediaEvent.ConsentLost());
        a.wire.clear();
        run(10 * SECONDS);
        assertThat(a.wire).isEmpty();
        assertThat(harness.events)
                .contains(new RelayEvent.MemberExpired(a.member.id()), new RelayEvent.MemberExpired(b.member.id()));
    }
}
