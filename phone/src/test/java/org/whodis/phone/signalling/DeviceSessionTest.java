package org.whodis.phone.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.Backoff;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.signalling.OfficeException.Reason;

class DeviceSessionTest {
    /** Of a machine that may stop for seconds. */
    private static final SessionTimings PATIENT = new SessionTimings(20_000, 50, 20_000, 20_000);

    /** For what has to be waited for: a silent office, an answer that never comes. */
    private static final SessionTimings HASTY = new SessionTimings(20_000, 50, 200, 400);

    /** Long enough for a machine that stops for a moment, and short enough to sit it out twice. */
    private static final SessionTimings OBSERVED = new SessionTimings(20_000, 50, 1_500, 20_000);

    private static final long PATIENCE_SECONDS = 40;

    private final Primitives primitives = new JdkPrimitives();
    private final Random seeded = new Random(20261122);
    private final RandomBytes random = this::nextRandom;
    private final AtomicLong now = new AtomicLong(1_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final BlockingQueue<PeerKeys> kept = new LinkedBlockingQueue<>();
    private final HybridKeyPair officeKey = HybridKeyPair.generate(primitives, random);
    private final HybridKeyPair device = HybridKeyPair.generate(primitives, random);
    private final PrincipalId principal = new PrincipalId(Bytes.of(random.next(32)));
    private final Bytes challenge = Bytes.of(random.next(32));
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    private OfficeNetwork network;
    private ScriptedOffice office;
    private DeviceSession session;

    private record Up(TlsPeer peer) {}

    private record Down(String why) {}

    @BeforeEach
    void start() throws Exception {
        network = new OfficeNetwork();
        office = new ScriptedOffice("X25519MLKEM768");
    }

    @AfterEach
    void stop() throws Exception {
        if (session != null) {
            session.close();
        }
        network.close();
        office.close();
    }

    @Test
    void theSessionIsUpOnceBothSidesHaveProvedThemselvesOverAPostQuantumKeyAgreement() throws Exception {
        honest();
        connect();
        TlsPeer peer = next(Up.class).peer();
        assertThat(peer.group()).isEqualTo("X25519MLKEM768");
        assertThat(peer.protocol()).isEqualTo("TLSv1.3");
        assertThat(peer.spkiSha256()).isEqualTo(office.spkiSha256());
        ToOffice.Authenticate authenticate = (ToOffice.Authenticate) ToOffice.decode(heard());
        SessionProof.Connection connection =
                new SessionProof.Connection(officeKey.publicKey().keyHash(primitives), office.spkiSha256(), challenge);
        assertThat(authenticate.proof().verify(primitives, connection, device.publicKey()))
                .isTrue();
    }

    @Test
    void anOfficeWithoutThePostQuantumKeyAgreementGetsNoConnection() throws Exception {
        office.close();
        office = new ScriptedOffice("X25519", "P-256");
        honest();
        connect();
        assertThat(next(OfficeException.class).reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(office.opened).hasValue(0);
    }

    @Test
    void anOfficeOfTls12GetsNoConnection() throws Exception {
        office.close();
        office = ScriptedOffice.ofTls12();
        honest();
        connect();
        assertThat(next(OfficeException.class).reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(office.opened).hasValue(0);
    }

    @Test
    void anOfficeUnderAnotherKeyIsToldNothing() throws Exception {
        HybridKeyPair impostor = HybridKeyPair.generate(primitives, random);
        office.greeting = channel -> hello(channel, impostor, office.domain(), spki());
        refusesToSpeak(Reason.NOT_THE_OFFICE);
    }

    @Test
    void aDescriptorThatNamesAnotherTlsKeyIsToldNothing() throws Exception {
        office.greeting = channel -> hello(channel, officeKey, office.domain(), Bytes.of(random.next(32)));
        refusesToSpeak(Reason.NOT_THE_OFFICE);
    }

    @Test
    void aDescriptorOfAnotherDomainIsToldNothing() throws Exception {
        office.greeting = channel -> hello(channel, officeKey, new OfficeDomain("other.example"), spki());
        refusesToSpeak(Reason.NOT_THE_OFFICE);
    }

    @Test
    void aMessageOutOfTurnEndsTheConnectionBeforeAnythingIsSaid() throws Exception {
        office.greeting = channel -> ScriptedOffice.send(channel, new FromOffice.Authenticated(1).encode());
        refusesToSpeak(Reason.MALFORMED);
    }

    @Test
    void garbageEndsTheConnectionAndIsTriedAgain() throws Exception {
        office.greeting = channel -> ScriptedOffice.send(channel, Bytes.of(random.next(100)));
        refusesToSpeak(Reason.MALFORMED);
        honest();
        next(Up.class);
    }

    @Test
    void aTextFrameIsNotOfThisProtocol() throws Exception {
        office.greeting = channel -> ScriptedOffice.sendText(channel, "hello");
        connect();
        assertThat(next(OfficeException.class).reason()).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void aRefusedAuthenticationIsToldWithTheOfficesWords() throws Exception {
        honest();
        office.answering = (channel, message) -> ScriptedOffice.send(
                channel,
                new FromOffice.Response(1, false, new Refusal(Refusal.NOT_ALLOWED, "suspended").encode()).encode());
        connect();
        OfficeException refusal = next(OfficeException.class);
        assertThat(refusal.reason()).isEqualTo(Reason.REFUSED);
        assertThat(refusal.code()).isEqualTo(Refusal.NOT_ALLOWED);
        assertThat(refusal).hasMessageContaining("suspended");
    }

    @Test
    void anOfficeThatWasKilledIsFoundAgain() throws Exception {
        honest();
        connect();
        next(Up.class);
        int port = office.kill();
        next(Down.class);
        next(OfficeException.class);
        office.listenAgain(port);
        next(Up.class);
    }

    @Test
    void anOfficeThatFallsSilentCountsAsDead() throws Exception {
        honest();
        connect(HASTY);
        next(Up.class);
        office.answering = (channel, message) -> {};
        assertThat(next(Down.class).why()).contains("silent");
    }

    @Test
    void pongsKeepAQuietSessionAlive() throws Exception {
        honest();
        connect(OBSERVED);
        next(Up.class);
        TimeUnit.MILLISECONDS.sleep(2L * OBSERVED.silenceMillis());
        assertThat(told).isEmpty();
    }

    @Test
    void requestsAreAnsweredByTheirNumberAndRefusalsAreTyped() throws Exception {
        honest();
        connect();
        next(Up.class);
        office.answering = (channel, message) -> {
            switch (decode(message)) {
                case ToOffice.LinkOpen open ->
                    ScriptedOffice.send(
                            channel, new FromOffice.Response(open.requestId(), true, open.linkId()).encode());
                case ToOffice.Directory directory ->
                    ScriptedOffice.send(
                            channel,
                            new FromOffice.Response(
                                            directory.requestId(),
                                            false,
                                            new Refusal(Refusal.TOO_MANY, "later").encode())
                                    .encode());
                default -> {}
            }
        };
        Bytes linkId = Bytes.of(random.next(16));
        CompletableFuture<Bytes> refused = session.request(id -> new ToOffice.Directory(id, null));
        CompletableFuture<Bytes> answered = session.request(id -> new ToOffice.LinkOpen(id, linkId));
        assertThat(answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(linkId);
        assertThatThrownBy(() -> refused.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        OfficeException.class, e -> assertThat(e.code()).isEqualTo(Refusal.TOO_MANY));
    }

    @Test
    void requestsWithoutASessionOrWithoutAnAnswerFail() throws Exception {
        honest();
        session = newSession(HASTY);
        assertFails(session.request(ToOffice.Ping::new));
        session.start();
        next(Up.class);
        assertFails(session.request(id -> new ToOffice.LinkOpen(id, Bytes.of(new byte[16]))));
    }

    @Test
    void aClosedSessionStaysClosed() throws Exception {
        honest();
        connect();
        next(Up.class);
        session.close();
        TimeUnit.MILLISECONDS.sleep(2L * Backoff.FIRST_MILLIS);
        assertThat(told).isEmpty();
        assertThat(office.opened).hasValue(1);
    }

    private void refusesToSpeak(Reason reason) throws InterruptedException {
        connect();
        assertThat(next(OfficeException.class).reason()).isEqualTo(reason);
        assertThat(office.received).isEmpty();
    }

    /** Greets with a true descriptor, believes everybody, answers pings. */
    private void honest() {
        office.greeting = channel -> hello(channel, officeKey, office.domain(), spki());
        office.answering = (channel, message) -> {
            switch (decode(message)) {
                case ToOffice.Authenticate ignored ->
                    ScriptedOffice.send(channel, new FromOffice.Authenticated(1_000).encode());
                case ToOffice.Ping ping ->
                    ScriptedOffice.send(channel, new FromOffice.Pong(ping.requestId(), 1_000).encode());
                default -> {}
            }
        };
    }

    private void hello(Channel channel, HybridKeyPair signer, OfficeDomain domain, Bytes spki) {
        Bytes descriptor = new OfficeDescriptor(
                        domain, signer.publicKey(), OfficeDescriptor.NO_RECOVERY_KEY, spki, 1_000)
                .encode();
        SignedOfficeDescriptor signed = new SignedOfficeDescriptor(
                descriptor, signer.sign(primitives, SignedOfficeDescriptor.BY_OFFICE, descriptor, random));
        ScriptedOffice.send(channel, new FromOffice.OfficeHello(signed, challenge, 1_000).encode());
    }

    private void connect() {
        connect(PATIENT);
    }

    private void connect(SessionTimings timings) {
        session = newSession(timings);
        session.start();
    }

    private DeviceSession newSession(SessionTimings timings) {
        OfficeTrust trust = new OfficeTrust(
                primitives,
                clock,
                PeerKeys.first(
                        office.domain(),
                        officeKey.publicKey(),
                        officeKey.publicKey().keyHash(primitives),
                        OfficeDescriptor.NO_RECOVERY_KEY,
                        1_000),
                kept::add);
        DeviceCredentials credentials = new DeviceCredentials(trust, principal, device);
        return new DeviceSession(network, credentials, primitives, random, timings, new DeviceSession.Listener() {
            @Override
            public void up(long officeTime, TlsPeer peer) {
                told.add(new Up(peer));
            }

            @Override
            public void down(String why) {
                told.add(new Down(why));
            }

            @Override
            public void delivered(Delivery delivery) {
                told.add(delivery);
            }

            @Override
            public void linkArrived(LinkRequest request) {
                told.add(request);
            }

            @Override
            public void lineNews(Bytes news) {
                told.add(news);
            }

            @Override
            public void personNews(UnverifiedChain chain) {
                told.add(chain);
            }

            @Override
            public void mediaLost(CallId call) {
                told.add(call);
            }

            @Override
            public void failed(OfficeException why) {
                told.add(why);
            }
        });
    }

    /** The next thing of this type that was told; repeated failures on the way are passed over. */
    private <T> T next(Class<T> type) throws InterruptedException {
        while (true) {
            Object event = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("waiting for %s", type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
            assertThat(event).isInstanceOf(OfficeException.class);
        }
    }

    private Bytes heard() throws InterruptedException {
        Bytes message = office.received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    private static void assertFails(CompletableFuture<Bytes> request) {
        assertThatThrownBy(() -> request.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        OfficeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    }

    private Bytes spki() {
        try {
            return office.spkiSha256();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ToOffice decode(Bytes message) {
        try {
            return ToOffice.decode(message);
        } catch (DecodeException e) {
            throw new AssertionError("the phone sent what no phone sends", e);
        }
    }

    private synchronized byte[] nextRandom(int count) {
        byte[] out = new byte[count];
        seeded.nextBytes(out);
        return out;
    }
}
