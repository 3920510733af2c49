package org.whodis.office.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.Linking;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.Office;

/** A device that speaks the protocol to an office, one step at a time as the test says. */
public final class TestDevice implements AutoCloseable {
    public static final Primitives PRIMITIVES = new JdkPrimitives();
    private static final SecureRandom SECURE_RANDOM = new SecureRandom();
    public static final RandomBytes RANDOM = count -> {
        byte[] out = new byte[count];
        SECURE_RANDOM.nextBytes(out);
        return out;
    };

    private final HybridKeyPair key;
    private VerifiedChain chain;
    private @Nullable RawTls connection;
    private final Queue<FromOffice> unread = new ArrayDeque<>();
    private final Queue<UnverifiedChain> told = new ArrayDeque<>();
    private long nextRequest = 1;

    public TestDevice(HybridKeyPair key, VerifiedChain chain) {
        this.key = key;
        this.chain = chain;
    }

    /** Invites, enrols and confirms one person with one device. */
    public static TestDevice enrol(Office office, String name) throws Exception {
        String link =
                office.invite(name, "Minister", java.time.Duration.ofHours(1)).link();
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            Enrolling enrolling = new Enrolling(tls, Invitation.parse(link));
            enrolling.reveal();
            office.confirm(String.join(" ", enrolling.words()));
            return enrolling.finish();
        }
    }

    /** The new device's side of enrolment, step by step. */
    public static final class Enrolling {
        public final Invitation invitation;
        public final HybridKeyPair key = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        public final OfficeDescriptor descriptor;
        private RawTls tls;
        public Bytes genesis = Bytes.EMPTY;
        public final Bytes deviceNonce = Bytes.of(RANDOM.next(Enrolment.NONCE_LENGTH));
        private Bytes officeNonce = Bytes.EMPTY;

        public Enrolling(RawTls tls, Invitation invitation) throws Exception {
            this.tls = tls;
            this.invitation = invitation;
            Bytes body = tls.get("/.well-known/whodis").body();
            this.descriptor = org.whodis.core.wire.WireReader.decode(body, SignedOfficeDescriptor::read)
                    .verify(PRIMITIVES, invitation.domain(), invitation.officeKey(), tls.tlsSpkiSha256());
        }

        /** Goes on over another connection. */
        public Enrolling on(RawTls other) {
            tls = other;
            return this;
        }

        public RawTls.Answer open() throws IOException {
            return tls.post("/v1/enrol/open", new Enrolment.Ask(invitation.secret()).encode());
        }

        public RawTls.Answer commit() throws Exception {
            Enrolment.Opened opened = Enrolment.Opened.decode(open().body());
            genesis = new Genesis(
                            descriptor.domain(),
                            invitation.officeKey(),
                            key.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            opened.name(),
                            opened.title(),
                            System.currentTimeMillis(),
                            Bytes.of(RANDOM.next(Genesis.NONCE_LENGTH)))
                    .encode();
            return commitAgain();
        }

        public RawTls.Answer commitAgain() throws IOException {
            return tls.post(
                    "/v1/enrol/commit",
                    new Enrolment.Commit(invitation.secret(), Enrolment.commitment(PRIMITIVES, genesis, deviceNonce))
                            .encode());
        }

        public RawTls.Answer reveal() throws Exception {
            Bytes answer = (genesis.isEmpty() ? commit() : commitAgain()).body();
            officeNonce = Enrolment.Committed.decode(answer).officeNonce();
            return revealAgain();
        }

        public RawTls.Answer revealAgain() throws IOException {
            return tls.post(
                    "/v1/enrol/reveal",
                    new Enrolment.Reveal(
                                    invitation.secret(),
                                    genesis,
                                    key.sign(PRIMITIVES, SignedGenesis.BY_DEVICE, genesis, RANDOM),
                                    deviceNonce)
                            .encode());
        }

        public List<String> words() {
            return Enrolment.words(PRIMITIVES, genesis, deviceNonce, officeNonce);
        }

        public RawTls.Answer poll() throws IOException {
            return tls.post("/v1/enrol/poll", new Enrolment.Ask(invitation.secret()).encode());
        }

        public TestDevice finish() throws Exception {
            SignedGenesis signed = Enrolment.Polled.decode(poll().body()).genesis();
            if (signed == null) {
                throw new IllegalStateException("not confirmed");
            }
            return new TestDevice(
                    key,
                    new UnverifiedChain(signed, List.of())
                            .verify(PRIMITIVES, offices(descriptor.domain(), descriptor)));
        }
    }

    public VerifiedChain chain() {
        return chain;
    }

    public HybridKeyPair key() {
        return key;
    }

    public DeviceId id() {
        return new DeviceId(key.publicKey().keyHash(PRIMITIVES));
    }

    /** Opens a session and authenticates. */
    public TestDevice connect(InetSocketAddress office) throws Exception {
        greet(office);
        authenticate();
        FromOffice answer = next();
        if (!(answer instanceof FromOffice.Authenticated)) {
            throw new IllegalStateException("refused: " + answer);
        }
        return this;
    }

    private FromOffice.@Nullable OfficeHello hello;

    /** The key of the office that greeted this device last. */
    public HybridPublicKey officeKey() throws DecodeException {
        FromOffice.OfficeHello greeted = hello;
        if (greeted == null) {
            throw new IllegalStateException("not greeted");
        }
        return OfficeDescriptor.decode(greeted.descriptor().descriptor()).officeKey();
    }

    /** Opens a session up to the hello. */
    public TestDevice greet(InetSocketAddress office) throws Exception {
        close();
        unread.clear();
        told.clear();
        RawTls tls = new RawTls(office);
        connection = tls;
        if (tls.upgrade("/v1/device", "whodis.1").status() != 101) {
            throw new IllegalStateException("not upgraded");
        }
        hello = (FromOffice.OfficeHello) next();
        return this;
    }

    public void authenticate() throws Exception {
        sendRaw(new ToOffice.Authenticate(nextRequest++, proof()).encode());
    }

    public SessionProof proof() throws Exception {
        FromOffice.OfficeHello greeted = hello;
        if (greeted == null) {
            throw new IllegalStateException("not greeted");
        }
        OfficeDescriptor descriptor =
                OfficeDescriptor.decode(greeted.descriptor().descriptor());
        greeted.descriptor()
                .verify(
                        PRIMITIVES,
                        chain.genesis().officeDomain(),
                        chain.genesis().officeKey(),
                        tls().tlsSpkiSha256());
        return SessionProof.create(
                PRIMITIVES,
                RANDOM,
                new SessionProof.Connection(
                        descriptor.officeKey().keyHash(PRIMITIVES), tls().tlsSpkiSha256(), greeted.challenge()),
                chain.principal(),
                key);
    }

    public RawTls tls() {
        RawTls tls = connection;
        if (tls == null) {
            throw new IllegalStateException("not connected");
        }
        return tls;
    }

    public void sendRaw(Bytes message) throws IOException {
        tls().frame(0x82, message.toArray());
    }

    /** The next message of the office, in order; a close frame is an {@link IOException}. */
    public FromOffice next() throws IOException, DecodeException {
        FromOffice waiting = unread.poll();
        return waiting != null ? waiting : read();
    }

    /** The next chain that the office tells of; what else comes meanwhile waits for {@link #next}. */
    public UnverifiedChain news() throws IOException, DecodeException {
        while (told.isEmpty()) {
            FromOffice message = readAny();
            if (message instanceof FromOffice.PersonNews(UnverifiedChain longer)) {
                told.add(longer);
            } else if (!(message instanceof FromOffice.LineNews)) {
                unread.add(message);
            }
        }
        return told.remove();
    }

    private FromOffice read() throws IOException, DecodeException {
        while (true) {
            FromOffice message = readAny();
            // That a line has changed, this device knows: it changed it. Who is new, tests ask for.
            if (message instanceof FromOffice.PersonNews(UnverifiedChain longer)) {
                told.add(longer);
            } else if (!(message instanceof FromOffice.LineNews)) {
                return message;
            }
        }
    }

    private FromOffice readAny() throws IOException, DecodeException {
        while (true) {
            RawTls.Frame frame = tls().readFrame();
            if (frame.isClose()) {
                throw new IOException("closed with " + frame.closeCode());
            }
            if (frame.opcode() == 0x82) {
                return FromOffice.decode(frame.payload());
            }
        }
    }

    /** The response to a request; what else comes meanwhile waits for {@link #next}. */
    public FromOffice.Response request(java.util.function.LongFunction<ToOffice> request) throws Exception {
        long id = nextRequest++;
        sendRaw(request.apply(id).encode());
        while (true) {
            FromOffice message = read();
            if (message instanceof FromOffice.Response response && response.requestId() == id) {
                return response;
            }
            unread.add(message);
        }
    }

    /** The next delivery; other messages before it are a failure. */
    public Delivery delivery() throws Exception {
        FromOffice message = next();
        if (message instanceof FromOffice.Deliver it) {
            return it.delivery();
        }
        throw new IllegalStateException("not a delivery: " + message);
    }

    /** The next delivery, acknowledged. */
    public Delivery take() throws Exception {
        Delivery delivery = delivery();
        acknowledge(delivery.sequence());
        return delivery;
    }

    public void acknowledge(long sequence) throws IOException {
        sendRaw(new ToOffice.Acknowledge(nextRequest++, sequence).encode());
    }

    /** That nothing but the answer to a ping comes. */
    public boolean hasSilence() throws Exception {
        long id = nextRequest++;
        sendRaw(new ToOffice.Ping(id).encode());
        return next() instanceof FromOffice.Pong pong && pong.requestId() == id;
    }

    public SubmitOutcome submit(Envelope envelope) throws Exception {
        FromOffice.Response response = request(id -> new ToOffice.Submit(id, envelope));
        if (!response.ok()) {
            throw new IllegalStateException("refused: " + org.whodis.core.identity.Refusal.decode(response.body()));
        }
        return SubmitOutcome.decode(response.body());
    }

    public Envelope envelope(TestDevice to, CallId call, CallMessage message) {
        return new Envelope(
                new EnvelopeId(Bytes.of(RANDOM.next(16))),
                chain.principal(),
                id(),
                to.chain.principal(),
                null,
                call,
                System.currentTimeMillis() + 60_000,
                message.encode());
    }

    public static CallId newCall() {
        return new CallId(Bytes.of(RANDOM.next(16)));
    }

    public CallMessage.SignedOffer offer(TestDevice callee, CallId call) {
        return offer(callee, call, System.currentTimeMillis(), 45_000);
    }

    public CallMessage.SignedOffer offer(TestDevice callee, CallId call, long issuedAt, long lifetime) {
        Bytes signed = new Offer(
                        call,
                        Bytes.of(RANDOM.next(32)),
                        Party.of(chain),
                        id(),
                        Party.of(callee.chain),
                        List.of(0xF0D1),
                        issuedAt,
                        issuedAt + lifetime)
                .encode();
        return new CallMessage.SignedOffer(
                signed, id(), key.sign(PRIMITIVES, Offer.LABEL, signed, RANDOM), chain.wire());
    }

    /** Gives a line to {@code holder}, which is bound to it from the beginning; this device has to be connected. */
    public LineSecret giveLine(TestDevice holder) throws Exception {
        LineSecret secret = LineSecret.generate(RANDOM);
        LineId line = secret.id(PRIMITIVES);
        LineIssue issue = new LineIssue(
                line,
                Party.of(chain),
                LineHolder.of(Party.of(holder.chain)),
                LineTerms.STANDARD,
                Bytes.of(RANDOM.next(64)),
                SealedBox.empty(),
                null,
                System.currentTimeMillis());
        Bytes request =
                new LineRequest.Issue(SignedByDevice.sign(PRIMITIVES, RANDOM, key, LineIssue.LABEL, issue)).encode();
        expectOk(request(id -> new ToOffice.Line(id, request)));
        return secret;
    }

    /** Ends a line that this device's person gave; returns when the office has acknowledged it. */
    public void withdraw(LineSecret line) throws Exception {
        LineWithdrawal withdrawal = new LineWithdrawal(line.id(PRIMITIVES), System.currentTimeMillis());
        Bytes request = new LineRequest.Withdraw(
                        SignedByDevice.sign(PRIMITIVES, RANDOM, key, LineWithdrawal.LABEL, withdrawal))
                .encode();
        expectOk(request(id -> new ToOffice.Line(id, request)));
    }

    /** An offer by {@code line}. */
    public CallMessage.SignedOffer offer(TestDevice callee, CallId call, LineSecret line) throws DecodeException {
        Offer plain = Offer.decode(offer(callee, call).signed());
        HybridKeyPair lineKey = line.key(PRIMITIVES);
        Bytes signed = plain.withLineProof(
                        LineProof.make(PRIMITIVES, RANDOM, lineKey, plain).encode())
                .encode();
        lineKey.erase();
        return new CallMessage.SignedOffer(
                signed, id(), key.sign(PRIMITIVES, Offer.LABEL, signed, RANDOM), chain.wire());
    }

    public CallMessage.SignedAnswer answer(CallMessage.SignedOffer offer, CallId call) {
        Bytes signed = new Answer(
                        call,
                        Offer.hash(PRIMITIVES, offer.signed()),
                        Bytes.of(RANDOM.next(32)),
                        id(),
                        chain.head(),
                        0xF0D1,
                        Bytes.of(RANDOM.next(100)),
                        System.currentTimeMillis())
                .encode();
        return new CallMessage.SignedAnswer(
                signed, id(), key.sign(PRIMITIVES, Answer.LABEL, signed, RANDOM), chain.wire());
    }

    public CallMessage.SignedWelcome welcome(
            CallMessage.SignedOffer offer, CallMessage.SignedAnswer answer, CallId call) {
        Bytes signed = new CallWelcome(
                        call,
                        Offer.hash(PRIMITIVES, offer.signed()),
                        Answer.hash(PRIMITIVES, answer.signed()),
                        Bytes.of(RANDOM.next(32)),
                        Bytes.of(RANDOM.next(100)))
                .encode();
        return new CallMessage.SignedWelcome(signed, id(), key.sign(PRIMITIVES, CallWelcome.LABEL, signed, RANDOM));
    }

    public CallMessage.SignedNotice notice(CallMessage.SignedOffer offer, CallId call, Notice.Type type) {
        Bytes signed =
                new Notice(call, Offer.hash(PRIMITIVES, offer.signed()), type, System.currentTimeMillis()).encode();
        return new CallMessage.SignedNotice(signed, id(), key.sign(PRIMITIVES, Notice.LABEL, signed, RANDOM));
    }

    public static CallMessage.Group group() {
        return new CallMessage.Group(Bytes.of(RANDOM.next(64)));
    }

    /** A further device of this person, by a link; this device has to be connected. */
    public TestDevice link(Office office) throws Exception {
        DeviceLink link = new DeviceLink(
                chain.genesis().officeDomain(),
                org.whodis.core.crypto.Secret.owning(RANDOM.next(16)),
                chain.genesis().officeKey(),
                chain.principal());
        expectOk(request(id -> new ToOffice.LinkOpen(id, link.id(PRIMITIVES))));
        HybridKeyPair newKey = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        LinkRequest asked = LinkRequest.create(PRIMITIVES, RANDOM, link, newKey, DeviceKind.JAVA_PHONE);
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            if (tls.post("/v1/link/request", asked.encode()).status() != 200) {
                throw new IllegalStateException("the link was refused");
            }
            LinkRequest arrived = ((FromOffice.LinkArrived) next()).request();
            arrived.verify(PRIMITIVES, link);
            SignedStatement statement = arrived.toStatement(PRIMITIVES, RANDOM, chain, key, System.currentTimeMillis());
            expectOk(request(id -> new ToOffice.ChainAppend(id, statement)));
            UnverifiedChain longer = Enrolment.LinkPolled.decode(
                            tls.post("/v1/link/poll", new Enrolment.LinkAsk(link.id(PRIMITIVES)).encode())
                                    .body())
                    .chain();
            if (longer == null) {
                throw new IllegalStateException("the chain did not grow");
            }
            FromOffice.OfficeHello greeted = hello;
            if (greeted == null) {
                throw new IllegalStateException("not greeted");
            }
            chain = longer.verify(
                    PRIMITIVES,
                    offices(
                            chain.genesis().officeDomain(),
                            OfficeDescriptor.decode(greeted.descriptor().descriptor())));
            return new TestDevice(newKey, chain);
        }
    }

    /** What takes {@code device} out of this person's chain, signed by this device; connected before. */
    public Linking.Extended revocation(DeviceId device) throws Exception {
        return RevokeDevice.sign(PRIMITIVES, RANDOM, keys(), chain, device, key, System.currentTimeMillis());
    }

    /** Takes {@code device} out; returns when the office has acknowledged it. */
    public void revoke(DeviceId device) throws Exception {
        Linking.Extended extended = revocation(device);
        expectOk(request(id -> new ToOffice.ChainAppend(id, extended.statement())));
        chain = extended.chain();
    }

    /** Takes over a longer chain of this person. */
    public void adopt(UnverifiedChain longer) throws Exception {
        chain = longer.verify(PRIMITIVES, keys());
    }

    private OfficeKeys keys() throws DecodeException {
        return OfficeKeys.only(PRIMITIVES, chain.genesis().officeDomain(), officeKey());
    }

    private static OfficeKeys offices(OfficeDomain domain, OfficeDescriptor descriptor) {
        return OfficeKeys.only(PRIMITIVES, domain, descriptor.officeKey());
    }

    private static void expectOk(FromOffice.Response response) throws DecodeException {
        if (!response.ok()) {
            throw new IllegalStateException("refused: " + org.whodis.core.identity.Refusal.decode(response.body()));
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
