package org.whodis.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.media.RandomBytes;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.MediaFailure;
import org.whodis.media.client.ReceivedFrame;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.ice.IceTimings;
import org.whodis.media.rtp.PacketKind;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;

class UdpRelayTest {
    private static final int FRAME = 160;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long MILLIS = 1_000_000;
    /** Consent that is lost soon, so that tests need not wait for the 30 s of RFC 7675. */
    private static final IceTimings HASTY =
            new IceTimings(50 * MILLIS, 200 * MILLIS, 5_000 * MILLIS, 200 * MILLIS, 1_000 * MILLIS);

    private static final RandomBytes RANDOM = count -> {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    };

    private final BlockingQueue<RelayEvent> relayEvents = new LinkedBlockingQueue<>();
    private UdpRelay relay;

    @BeforeEach
    void startRelay() throws Exception {
        relay = new UdpRelay(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RelayLimits.DEFAULT,
                RANDOM,
                relayEvents::add);
        relay.start();
    }

    @AfterEach
    void stopRelay() {
        relay.close();
    }

    /** A phone and what the relay gave it. */
    private record Placed(LoopbackPhone phone, RelayMember member) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            phone.close();
        }
    }

    private Placed place(String name, IceTimings timings) throws Exception {
        return place(name, DtlsIdentity.generate(RANDOM), timings, UnaryOperator.identity());
    }

    /** @param signalling what the phone is told of what the relay said */
    private Placed place(String name, DtlsIdentity identity, IceTimings timings, UnaryOperator<RelayMember> signalling)
            throws Exception {
        String ufrag = IceCredentials.generateUfrag(RANDOM);
        DtlsIdentity announced = name.startsWith("impostor") ? DtlsIdentity.generate(RANDOM) : identity;
        RelayMember member = signalling.apply(
                relay.createMember(new MemberRequest(new MemberId("room", name), announced.fingerprint(), ufrag)));
        MediaClientConfig config = new MediaClientConfig(
                relay.localAddress(), member.credentials(), member.fingerprint(), ufrag, member.ssrc(), FRAME, timings);
        return new Placed(new LoopbackPhone(config, identity, RANDOM), member);
    }

    private static void introduce(Placed a, Placed b) throws Exception {
        a.phone().submit(c -> c.expectPeer(b.member().ssrc()));
        b.phone().submit(c -> c.expectPeer(a.member().ssrc()));
        a.phone().start();
        b.phone().start();
        a.phone().await(MediaEvent.Connected.class::isInstance, PATIENCE);
        b.phone().await(MediaEvent.Connected.class::isInstance, PATIENCE);
    }

    private static byte[] frame(int number) {
        byte[] frame = new byte[FRAME];
        java.nio.ByteBuffer.wrap(frame).putInt(number);
        frame[FRAME - 1] = (byte) number;
        return frame;
    }

    private static void assertCarries(Placed from, Placed to, int first, int count) throws Exception {
        for (int i = first; i < first + count; i++) {
            from.phone().send(frame(i), 960L * i);
            ReceivedFrame received = to.phone().awaitFrame(PATIENCE);
            assertThat(received.bytes()).isEqualTo(frame(i));
            assertThat(received.ssrc()).isEqualTo(from.member().ssrc());
            assertThat(received.rtpTimestamp()).isEqualTo(960L * i);
        }
    }

    @Test
    void twoPhonesExchangeFramesBothWaysAndGetExactlyWhatWasSent() throws Exception {
        try (Placed a = place("a", IceTimings.DEFAULT);
                Placed b = place("b", IceTimings.DEFAULT)) {
            introduce(a, b);
            assertCarries(a, b, 0, 100);
            assertCarries(b, a, 1000, 100);
            assertThat(a.phone().statistics().framesSent()).isEqualTo(100);
            assertThat(b.phone().statistics().peers().get(a.member().ssrc()).lost())
                    .isZero();
            Set<Integer> sizes = a.phone().sent.stream()
                    .filter(datagram -> PacketKind.of(datagram) == PacketKind.RTP)
                    .map(datagram -> datagram.length)
                    .collect(Collectors.toSet());
            assertThat(sizes).as("sizes of SRTP packets").containsExactly(12 + FRAME + 16);
        }
    }

    @Test
    void aPhoneThatChangesItsSocketInMidCallIsHeardAndHearsAgain() throws Exception {
        try (Placed a = place("a", IceTimings.DEFAULT);
                Placed b = place("b", IceTimings.DEFAULT)) {
            introduce(a, b);
            assertCarries(a, b, 0, 10);
            InetSocketAddress before = a.phone().localAddress();
            a.phone().changeSocket();
            assertThat(a.phone().localAddress()).isNotEqualTo(before);
            int sent = 0;
            while (a.phone().statistics().framesSent() < 11) {
                a.phone().send(frame(10), 9600);
                assertThat(++sent)
                        .as("frames offered while the path is checked")
                        .isLessThan(1000);
                Thread.sleep(1);
            }
            assertThat(b.phone().awaitFrame(PATIENCE).bytes()).isEqualTo(frame(10));
            assertCarries(b, a, 100, 10);
            assertCarries(a, b, 200, 10);
            assertThat(relay.counters().pathsMoved()).isEqualTo(1);
        }
    }

    @Test
    void whenTheRelayStopsThePhoneLosesConsent() throws Exception {
        try (Placed a = place("a", HASTY);
                Placed b = place("b", HASTY)) {
            introduce(a, b);
            assertCarries(a, b, 0, 3);
            relay.close();
            a.phone().await(MediaEvent.ConsentLost.class::isInstance, PATIENCE);
            b.phone().await(MediaEvent.ConsentLost.class::isInstance, PATIENCE);
        }
    }

    @Test
    void anErrorEndsTheRelayLoudlyAndARestartServesOnTheSamePort() throws Exception {
        BlockingQueue<String> deaths = new LinkedBlockingQueue<>();
        relay.close();
        relay = new UdpRelay(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RelayLimits.DEFAULT, RANDOM, event -> {
                    relayEvents.add(event);
                    throw new OutOfMemoryError("as if there were no memory left");
                });
        relay.onDeath(() -> deaths.add("dead"));
        relay.start();
        InetSocketAddress before = relay.localAddress();
        assertThat(relay.isAlive()).isTrue();
        try (Placed a = place("a", HASTY)) {
            a.phone().start();
            assertThat(deaths.poll(10, TimeUnit.SECONDS)).isEqualTo("dead");
            assertThat(relay.isAlive()).isFalse();
            assertThatThrownBy(() -> place("b", HASTY))
                    .isInstanceOfSatisfying(
                            RelayRefusedException.class,
                            refused ->
                                    assertThat(refused.reason()).isEqualTo(RelayRefusedException.Reason.UNAVAILABLE));
        }
        relay.restart();
        assertThat(relay.isAlive()).isTrue();
        assertThat(relay.localAddress()).isEqualTo(before);
        assertThat(relay.counters().members()).isZero();
        try (Placed again = place("a", HASTY)) {
            assertThat(again.member().ssrc()).isNotZero();
        }
        relay.close();
        assertThat(relay.isAlive()).isFalse();
        assertThat(deaths).as("an end that was asked for is no death").isEmpty();
    }

    @Test
    void aRelayWhoseThreadWasKilledSaysSoAndOneWhosePortIsTakenMeanwhileMovesToAnother() throws Exception {
        BlockingQueue<String> deaths = new LinkedBlockingQueue<>();
        relay.onDeath(() -> deaths.add("dead"));
        InetSocketAddress before = relay.localAddress();
        relayThread().interrupt();
        assertThat(deaths.poll(10, TimeUnit.SECONDS)).isEqualTo("dead");
        try (DatagramChannel squatter = DatagramChannel.open()) {
            squatter.bind(before);
            relay.restart();
            assertThat(relay.isAlive()).isTrue();
            assertThat(relay.localAddress().getPort()).isNotEqualTo(before.getPort());
        }
        long turns = relay.turns();
        for (int i = 0; relay.turns() == turns; i++) {
            assertThat(i).as("nudges without a turn").isLessThan(10_000);
            relay.nudge();
            Thread.sleep(1);
        }
    }

    @Test
    void aRunThatIsStuckIsLeftBehindAndTakesNothingFromTheNextOneWhenItMovesAgain() throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        AtomicReference<Thread> stuck = new AtomicReference<>();
        relay.close();
        relay = new UdpRelay(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RelayLimits.DEFAULT, RANDOM, event -> {
                    relayEvents.add(event);
                    if (stuck.compareAndSet(null, Thread.currentThread())) {
                        awaitQuietly(goesOn);
                    }
                });
        relay.start();
        InetSocketAddress before = relay.localAddress();
        try (Placed first = place("a", IceTimings.DEFAULT)) {
            first.phone().start();
            assertThat(relayEvents.poll(60, TimeUnit.SECONDS)).isInstanceOf(RelayEvent.MemberConnected.class);
            relay.restartStuck();
            assertThat(relay.localAddress()).isEqualTo(before);
            assertThat(stuck.get().isAlive()).as("nobody waited for it").isTrue();
            try (Placed a = place("a", IceTimings.DEFAULT);
                    Placed b = place("b", IceTimings.DEFAULT)) {
                introduce(a, b);
                assertCarries(a, b, 1, 20);
                goesOn.countDown();
                assertThat(stuck.get().join(PATIENCE)).as("it ends by itself").isTrue();
                assertCarries(b, a, 1, 20);
                assertThat(relay.isAlive()).isTrue();
                assertThat(relay.counters().members()).isEqualTo(2);
                assertThat(relay.createMember(new MemberRequest(
                                new MemberId("room", "c"),
                                DtlsIdentity.generate(RANDOM).fingerprint(),
                                "abcd")))
                        .as("what is asked for now is done by the new run")
                        .isNotNull();
            }
        } finally {
            goesOn.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The newest thread of that name: this test's own. */
    private static Thread relayThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("relay"))
                .max(Comparator.comparingLong(Thread::threadId))
                .orElseThrow();
    }

    @Test
    void aRelayThatShowsAnotherCertificateIsRefused() throws Exception {
        Fingerprint other = DtlsIdentity.generate(RANDOM).fingerprint();
        try (Placed a = place(
                "a",
                DtlsIdentity.generate(RANDOM),
                HASTY,
                said -> new RelayMember(said.id(), said.credentials(), other, said.ssrc()))) {
            assertFails(a, MediaFailure.WRONG_CERTIFICATE);
        }
    }

    @Test
    void aPhoneThatShowsAnotherCertificateIsRefused() throws Exception {
        try (Placed impostor = place("impostor", HASTY)) {
            assertFails(impostor, MediaFailure.HANDSHAKE_REFUSED);
            assertThat(relay.counters().handshakesFinished()).isZero();
        }
    }

    @Test
    void wrongCredentialsGetNoAnswerAtAll() throws Exception {
        try (Placed a = place(
                "a",
                DtlsIdentity.generate(RANDOM),
                new IceTimings(20 * MILLIS, 20 * MILLIS, 300 * MILLIS, 200 * MILLIS, 1_000 * MILLIS),
                said -> new RelayMember(said.id(), IceCredentials.generate(RANDOM), said.fingerprint(), said.ssrc()))) {
            assertFails(a, MediaFailure.RELAY_UNREACHABLE);
            assertThat(relay.counters().datagramsOut()).isZero();
        }
    }

    private static void assertFails(Placed placed, MediaFailure reason) throws Exception {
        placed.phone().start();
        assertThat(placed.phone().await(MediaEvent.Failed.class::isInstance, PATIENCE))
                .isEqualTo(new MediaEvent.Failed(reason));
    }
}
