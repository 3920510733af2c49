package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.message.TurnAccess;
import org.whodis.core.wire.Bytes;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.stun.TurnAttribute;
import org.whodis.office.testkit.MediaDriver;
import org.whodis.office.testkit.RawTls;
import org.whodis.office.testkit.TestDevice;
import org.whodis.office.testkit.TurnConnection;

/** TURN over TLS on the port of a whole office, over real sockets. */
class TurnOverTlsTest {
    @TempDir
    Path folder;

    private Office office;
    private TestDevice anna;
    private TestDevice boris;
    private CallId call;

    @BeforeEach
    void answerACall() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress());
        call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(boris.submit(boris.envelope(anna, call, boris.answer(offer, call))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
    }

    @AfterEach
    void stop() {
        anna.close();
        boris.close();
        office.close();
    }

    private static MediaJoined place(TestDevice device, MediaJoin join) throws Exception {
        FromOffice.Response joined = device.request(id -> new ToOffice.JoinMedia(id, join));
        assertThat(joined.ok()).isTrue();
        return MediaJoined.decode(joined.body());
    }

    private MediaJoined place() throws Exception {
        return place(anna, new MediaJoin(call, "abcd", "0123456789012345678901", Bytes.of(new byte[32])));
    }

    private TurnConnection connect(MediaJoined place) throws Exception {
        return new TurnConnection(office.httpsAddress(), place, _ -> {});
    }

    private static int error(StunMessage answer) {
        return answer.attribute(StunAttribute.ErrorCode.class)
                .map(StunAttribute.ErrorCode::code)
                .orElse(0);
    }

    private int allocations() throws Exception {
        return metric("whodis_turn_allocations");
    }

    private int metric(String name) throws Exception {
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            String metrics = new String(tls.get("/metrics").body().toArray(), java.nio.charset.StandardCharsets.UTF_8);
            return metrics.lines()
                    .filter(line -> line.startsWith(name + " "))
                    .map(line ->
                            Double.valueOf(line.substring(line.indexOf(' '))).intValue())
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void awaitAllocations(int expected) throws Exception {
        int now = allocations();
        for (int i = 0; i < 600 && now != expected; i++) {
            Thread.sleep(100);
            now = allocations();
        }
        assertThat(now).isEqualTo(expected);
    }

    @Test
    void anOfficeKnowsWhetherBrowsersReachItsRelayByTurn() throws Exception {
        assertThat(office.isRelayReachedByTurn()).isTrue();
        try (Office other = Office.start(OfficeConfig.onLoopback(folder.resolve("other"))
                .withAdvertisedRelay(AdvertisedRelay.fixed(new AdvertisedRelay.HostPort("2001:db8::7", 8443))))) {
            assertThat(other.isRelayReachedByTurn()).isFalse();
        }
    }

    @Test
    void twoPeopleHearEachOtherOneByTurnOneByUdpAndKeepOnWhenTheyChange() throws Exception {
        try (MediaDriver hers = new MediaDriver();
                MediaDriver his = new MediaDriver()) {
            MediaJoined herPlace = place(anna, hers.join(call));
            MediaJoined hisPlace = place(boris, his.join(call));
            hers.start(herPlace);
            his.start(hisPlace);
            hers.useTurn(office.httpsAddress(), herPlace);
            his.useUdp(hisPlace);
            hers.awaitConnected();
            his.awaitConnected();
            hers.sendUntilHeard(1, his);
            his.sendUntilHeard(2, hers);
            assertThat(allocations()).isOne();
            // Her network lets UDP through from now on, his does not: the keys stay, only the way changes.
            hers.useUdp(herPlace);
            his.useTurn(office.httpsAddress(), hisPlace);
            hers.sendUntilHeard(3, his);
            his.sendUntilHeard(4, hers);
            hers.useTurn(office.httpsAddress(), herPlace);
            hers.sendUntilHeard(5, his);
            his.sendUntilHeard(6, hers);
        }
        awaitAllocations(0);
    }

    @Test
    void aStrangerGetsNoAllocation() throws Exception {
        MediaJoined place = place();
        assertThat(error(connect(place).ask(TurnConnection.ALLOCATE, new TurnAttribute.RequestedTransport(17))))
                .isEqualTo(401);
        MediaJoined guessed = new MediaJoined(
                place.host(),
                place.port(),
                place.iceUfrag(),
                place.icePwd(),
                place.dtlsFingerprint(),
                place.ssrc(),
                new TurnAccess(place.turn().username(), "guess", place.turn().peerAddress()));
        assertThat(error(connect(guessed).allocate())).isEqualTo(401);
        assertThat(allocations()).isZero();
    }

    @Test
    void nothingElseOnTheMachineIsReached() throws Exception {
        MediaJoined place = place();
        BlockingQueue<byte[]> fromRelay = new LinkedBlockingQueue<>();
        try (DatagramChannel other = DatagramChannel.open();
                TurnConnection turn = new TurnConnection(office.httpsAddress(), place, fromRelay::add)) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            other.configureBlocking(false);
            InetSocketAddress forbidden = (InetSocketAddress) other.getLocalAddress();
            assertThat(turn.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
            for (InetSocketAddress each : List.of(
                    forbidden,
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), forbidden.getPort()),
                    new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), forbidden.getPort()),
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), place.port()),
                    office.httpsAddress(),
                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), place.port()),
                    new InetSocketAddress(InetAddress.ofLiteral("169.254.169.254"), 80),
                    new InetSocketAddress(InetAddress.ofLiteral("224.0.0.251"), 5353))) {
                TurnAttribute.XorPeerAddress peer = new TurnAttribute.XorPeerAddress(each);
                assertThat(error(turn.askAuthentic(TurnConnection.CREATE_PERMISSION, peer)))
                        .isEqualTo(403);
                assertThat(error(turn.askAuthentic(
                                TurnConnection.CHANNEL_BIND, new TurnAttribute.ChannelNumber(0x4000), peer)))
                        .isEqualTo(403);
                turn.sendTo(each, new byte[] {1, 2, 3});
            }
            for (String each : List.of("::", "::1", "ff02::fb")) {
                assertThat(error(turn.askAuthentic(
                                TurnConnection.CREATE_PERMISSION,
                                new TurnAttribute.XorPeerAddress(
                                        new InetSocketAddress(InetAddress.ofLiteral(each), place.port())))))
                        .isEqualTo(443);
            }
            // The relay is: its answer to a check comes back, and by then the rest would have come.
            assertThat(turn.bind().stunClass()).isEqualTo(StunClass.SUCCESS);
            turn.sendTo(forbidden, new byte[] {1, 2, 3});
            turn.send(check(place));
            byte[] answer = fromRelay.poll(60, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            assertThat(StunMessage.decode(answer).stunClass()).isEqualTo(StunClass.SUCCESS);
            assertThat(other.receive(ByteBuffer.allocate(100))).isNull();
        }
    }

    @Test
    void nobodyElseOnTheMachineReachesTheClient() throws Exception {
        MediaJoined place = place();
        BlockingQueue<byte[]> fromRelay = new LinkedBlockingQueue<>();
        try (DatagramChannel other = DatagramChannel.open();
                TurnConnection turn = new TurnConnection(office.httpsAddress(), place, fromRelay::add)) {
            InetSocketAddress relayed = turn.allocate()
                    .attribute(TurnAttribute.XorRelayedAddress.class)
                    .orElseThrow()
                    .address();
            assertThat(turn.bind().stunClass()).isEqualTo(StunClass.SUCCESS);
            other.send(ByteBuffer.wrap(new byte[] {1, 2, 3}), relayed);
            turn.send(check(place));
            byte[] answer = fromRelay.poll(60, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            assertThat(StunMessage.decode(answer)
                            .attribute(StunAttribute.XorMappedAddress.class)
                            .orElseThrow()
                            .address())
                    .as("where the relay sees the client is where the client was told")
                    .isEqualTo(relayed);
            assertThat(fromRelay).isEmpty();
        }
    }

    /** An authentic check of the place's device. */
    private static byte[] check(MediaJoined place) {
        return new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, TransactionId.generate(TestDevice.RANDOM::next))
                .add(new StunAttribute.Username(place.iceUfrag() + ":abcd"))
                .add(new StunAttribute.Priority(1))
                .add(new StunAttribute.IceControlling(1))
                .finish(place.icePwd().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void aDeviceHasSixteenAllocationsWhicheverCredentialItShowsAndWhatEndsMakesRoom() throws Exception {
        List<TurnConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                connections.add(connect(place()));
                assertThat(connections.getLast().allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
            }
            try (TurnConnection another = connect(
                    place(boris, new MediaJoin(call, "abcd", "0123456789012345678901", Bytes.of(new byte[32]))))) {
                assertThat(another.allocate().stunClass())
                        .as("of another device")
                        .isEqualTo(StunClass.SUCCESS);
                another.askAuthentic(TurnConnection.REFRESH, new TurnAttribute.Lifetime(0));
            }
            connections.add(connect(place()));
            assertThat(error(connections.getLast().allocate())).isEqualTo(486);
            assertThat(allocations()).isEqualTo(16);
            assertThat(connections
                            .getFirst()
                            .askAuthentic(TurnConnection.REFRESH, new TurnAttribute.Lifetime(0))
                            .stunClass())
                    .isEqualTo(StunClass.SUCCESS);
            connections.removeFirst().close();
            assertThat(connections.getLast().allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
        } finally {
            connections.forEach(TurnConnection::close);
        }
        awaitAllocations(0);
    }

    @Test
    void aRestartOfSignallingEndsConnectionsAndTheNextOneIsLetInWithTheSameCredential() throws Exception {
        MediaJoined place = place();
        try (TurnConnection before = connect(place)) {
            assertThat(before.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
            office.restartSignalling();
            awaitAllocations(0);
        }
        try (TurnConnection after = connect(place)) {
            assertThat(after.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
        }
    }

    @Test
    void whatASlowConnectionDoesNotTakeIsDroppedAndNotKept() throws Exception {
        MediaJoined place = place();
        CountDownLatch readAgain = new CountDownLatch(1);
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        try (TurnConnection turn = new TurnConnection(new RawTls(office.httpsAddress(), 4096), place, datagram -> {
            try {
                readAgain.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            received.add(datagram);
        })) {
            assertThat(turn.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
            assertThat(turn.bind().stunClass()).isEqualTo(StunClass.SUCCESS);
            // Each check is answered by the relay, and the answers are not read.
            for (int i = 0; i < 1200 && metric("whodis_turn_frames_dropped_total") == 0; i++) {
                for (int each = 0; each < 20; each++) {
                    turn.send(check(place));
                }
                Thread.sleep(50);
            }
            assertThat(metric("whodis_turn_frames_dropped_total")).isPositive();
            assertThat(allocations()).isOne();
            // Once it reads, it is served as before.
            readAgain.countDown();
            assertThat(turn.bind().stunClass()).isEqualTo(StunClass.SUCCESS);
            assertThat(received.poll(60, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void whatIsNeitherHttpNorTurnIsCut() throws Exception {
        for (byte first : new byte[] {(byte) 0x80, (byte) 0xc0, 0x40, 0x7f}) {
            try (RawTls tls = new RawTls(office.httpsAddress())) {
                tls.write(new byte[] {first, 0, 0, 0});
                assertThat(tls.isCutWithin(60_000)).isTrue();
            }
        }
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            // It begins like STUN and goes on like nothing.
            tls.write(new byte[] {0, 1, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            assertThat(tls.isCutWithin(60_000)).isTrue();
        }
    }
}
