package org.whodis.office.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeComparison;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.line.LineNews;
import org.whodis.core.message.CallId;
import org.whodis.core.message.DirectoryPage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.OtherOfficeKey;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.call.Submission;
import org.whodis.office.http.MessageSocket;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.line.ConstantAnswers;
import org.whodis.office.line.LineDesk;
import org.whodis.office.store.PrincipalStore.Device;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.StoreException;
import org.whodis.relay.RelayRefusedException;

/**
 * One connection of a device (protocol section 4).
 *
 * <pre>
 *   Greeted  --Authenticate that verifies--> Ready      the device's earlier session ends
 *   Greeted  --anything else---------------> Closed
 *   Ready    --requests--------------------> Ready
 *   Ready    --what cannot be read---------> Closed
 * </pre>
 */
public final class DeviceSession implements MessageSocket.Listener {
    private static final Refusal NOT_KNOWN =
            new Refusal(Refusal.NOT_KNOWN, "This office does not know this device, or its signature does not verify.");
    private static final Refusal REVOKED =
            new Refusal(Refusal.REVOKED, "This device was removed by another device of its person.");
    private static final Refusal NOT_ALLOWED = new Refusal(Refusal.NOT_ALLOWED, "Not allowed, or not now.");
    private static final Refusal UNAVAILABLE =
            new Refusal(Refusal.UNAVAILABLE, "The office cannot do this now. Try again later.");
    private static final Refusal SSRC_TAKEN =
            new Refusal(Refusal.CONFLICT, "The relay has this SSRC in this room already. Try another.");

    /** People read from disk at a time while a page is filled. */
    private static final int DIRECTORY_STEP = 16;

    private final OfficeContext office;
    private final SessionParts parts;
    private final MessageSocket socket;
    private final SessionProof.Connection connection;
    private State state;
    /** Set by whoever takes the device out: what it says from then on is not heard. */
    private volatile boolean isRevoked;

    private sealed interface State {}

    private record Greeted() implements State {}

    private record Ready(PrincipalId principal, DeviceId device, Outbox outbox) implements State {}

    private record Closed() implements State {}

    /** Says hello. */
    DeviceSession(
            OfficeContext office,
            SessionParts parts,
            SignedOfficeDescriptor descriptor,
            Bytes tlsSpkiSha256,
            MessageSocket socket) {
        this.office = office;
        this.parts = parts;
        this.socket = socket;
        Bytes challenge = Bytes.of(office.random().next(FromOffice.OfficeHello.CHALLENGE_LENGTH));
        this.connection = new SessionProof.Connection(office.officeKey(), tlsSpkiSha256, challenge);
        this.state = new Greeted();
        socket.send(new FromOffice.OfficeHello(descriptor, challenge, office.now()).encode());
    }

    @Override
    public void message(Bytes message) throws InterruptedException {
        if (isRevoked) {
            return;
        }
        ToOffice request;
        try {
            request = ToOffice.decode(message);
        } catch (DecodeException e) {
            office.metrics().malformedMessage();
            close(CloseCode.PROTOCOL);
            return;
        }
        switch (state) {
            case Greeted _ when request instanceof ToOffice.Authenticate authenticate -> authenticate(authenticate);
            case Greeted _ -> close(CloseCode.NOT_AUTHENTICATED);
            case Ready ready -> {
                try {
                    handle(ready, request);
                } catch (StoreException e) {
                    office.metrics().handlerFailed("session", e);
                    refuse(request.requestId(), UNAVAILABLE);
                }
            }
            case Closed _ -> {}
        }
    }

    @Override
    public void writable() throws InterruptedException {
        if (state instanceof Ready ready) {
            ready.outbox().pump(null);
        }
    }

    @Override
    public void closed() {
        if (state instanceof Ready ready) {
            parts.sessions().leave(ready.device(), this);
        }
        state = new Closed();
    }

    /** The device learns by the chain that it is out: it need not believe the office. */
    void revoked(UnverifiedChain chain) {
        isRevoked = true;
        socket.send(new FromOffice.PersonNews(chain).encode());
        close(CloseCode.REVOKED);
    }

    void lineNews(LineNews news) {
        socket.send(new FromOffice.LineNews(news.encode()).encode());
    }

    void linkArrived(LinkRequest request) {
        socket.send(new FromOffice.LinkArrived(request).encode());
    }

    void send(Bytes fromOffice) {
        socket.send(fromOffice);
    }

    void mediaLost(CallId call) {
        socket.send(new FromOffice.MediaLost(call).encode());
    }

    private void authenticate(ToOffice.Authenticate request) throws InterruptedException {
        SessionProof proof = request.proof();
        Device device;
        try {
            device = office.store()
                    .attempt(transaction -> transaction.principals().findDevice(proof.device()));
        } catch (StoreException e) {
            office.metrics().handlerFailed("session", e);
            refuse(request.requestId(), UNAVAILABLE);
            close(CloseCode.FAULT);
            return;
        }
        boolean proved = device != null
                && device.principal().equals(proof.principal())
                && proof.verify(office.primitives(), connection, device.key());
        office.metrics().authenticated(proved);
        if (!proved) {
            if (device == null && tellRevoked(request)) {
                return;
            }
            refuse(request.requestId(), NOT_KNOWN);
            close(CloseCode.NOT_AUTHENTICATED);
            return;
        }
        socket.proven();
        Outbox outbox = new Outbox(office, proof.device(), socket);
        state = new Ready(proof.principal(), proof.device(), outbox);
        socket.send(new FromOffice.Authenticated(office.now()).encode());
        parts.sessions().enter(proof.device(), this, outbox);
        if (!office.store().transact(transaction -> transaction.principals().isActive(proof.device()))) {
            // Taken out while it proved itself: whoever does that from now on finds this session and ends it.
            isRevoked = true;
            parts.sessions().leave(proof.device(), this);
            close(CloseCode.REVOKED);
            return;
        }
        office.log().info("session.opened", "tls", socket.tlsGroup());
        outbox.pump(null);
        for (LinkRequest waiting : parts.links().waiting(proof.device())) {
            linkArrived(waiting);
        }
    }

    /** A device that was taken out, and proves that it is that one, gets the chain that says so. */
    private boolean tellRevoked(ToOffice.Authenticate request) throws InterruptedException {
        SessionProof proof = request.proof();
        Device device =
                office.store().attempt(transaction -> transaction.principals().findRevoked(proof.device()));
        if (device == null
                || !device.principal().equals(proof.principal())
                || !proof.verify(office.primitives(), connection, device.key())) {
            return false;
        }
        Principal person =
                office.store().attempt(transaction -> transaction.principals().find(device.principal()));
        if (person != null) {
            socket.send(new FromOffice.PersonNews(person.chain()).encode());
        }
        refuse(request.requestId(), REVOKED);
        close(CloseCode.REVOKED);
        return true;
    }

    private void handle(Ready ready, ToOffice request) throws InterruptedException {
        long id = request.requestId();
        switch (request) {
            case ToOffice.Authenticate _ -> close(CloseCode.PROTOCOL);
            case ToOffice.Submit it -> submit(ready, it);
            case ToOffice.Acknowledge it -> acknowledge(ready, it.sequence());
            case ToOffice.Directory it -> answer(id, directory(it.after()).encode());
            case ToOffice.JoinMedia it -> joinMedia(ready, it);
            case ToOffice.LeaveMedia it -> {
                parts.switchboard().leaveMedia(ready.device(), it.callId());
                answer(id, Bytes.EMPTY);
            }
            case ToOffice.LinkOpen it ->
                answerOrRefuse(id, parts.links().open(ready.principal(), ready.device(), it.linkId()));
            case ToOffice.ChainAppend it ->
                answerOrRefuse(id, parts.links().append(ready.principal(), ready.device(), it.statement()));
            case ToOffice.Line it ->
                parts.lines().handle(ready.principal(), ready.device(), it.request(), office.now(), new LineReply(id));
            case ToOffice.OtherOffice it -> otherOffice(it);
            case ToOffice.Ping _ -> socket.send(new FromOffice.Pong(id, office.now()).encode());
        }
    }

    /**
     * What wants to ring somebody and finds nobody is answered as late as everything else that does, and its answer is
     * scheduled before it is looked at. The order of a session's envelopes stays: this returns when it is done.
     */
    private void submit(Ready ready, ToOffice.Submit request) throws InterruptedException {
        long receivedAt = office.now();
        Envelope envelope = request.envelope();
        if (!Submission.isOffer(envelope) || parts.switchboard().isOfferElsewhere(envelope)) {
            var _ = parts.switchboard()
                    .submit(ready.principal(), ready.device(), envelope)
                    .thenAccept(outcome -> answer(request.requestId(), outcome.encode()));
            return;
        }
        ConstantAnswers.Pending pending = parts.answers()
                .expect(
                        SubmitOutcome.UNKNOWN_RECIPIENT.encode(),
                        receivedAt,
                        constant -> answer(request.requestId(), constant));
        try {
            var _ = parts.switchboard()
                    .submit(ready.principal(), ready.device(), envelope, pending::claim)
                    .whenComplete((outcome, failure) -> {
                        boolean hasOutcome = failure == null
                                && (pending.isClaimed()
                                        || outcome != SubmitOutcome.UNKNOWN_RECIPIENT && pending.claim());
                        if (hasOutcome) {
                            pending.succeed(outcome.encode());
                        } else {
                            pending.fail();
                        }
                    });
        } catch (StoreException e) {
            pending.fail();
            throw e;
        }
    }

    private final class LineReply implements LineDesk.Reply {
        private final long requestId;

        LineReply(long requestId) {
            this.requestId = requestId;
        }

        @Override
        public void ok(Bytes body) {
            answer(requestId, body);
        }

        @Override
        public void refused(Refusal refusal) {
            refuse(requestId, refusal);
        }
    }

    /** It may be forgotten in a crash: then the device gets the same again and drops it. */
    private void acknowledge(Ready ready, long sequence) throws InterruptedException {
        ready.outbox().acknowledged(sequence);
        office.store().transactSoon(transaction -> {
            transaction.envelopes().acknowledge(ready.device(), sequence);
            return true;
        });
        ready.outbox().pump(null);
    }

    private void joinMedia(Ready ready, ToOffice.JoinMedia request) throws InterruptedException {
        try {
            MediaJoined joined = parts.rooms().join(ready.device(), request.join());
            if (joined == null) {
                refuse(request.requestId(), NOT_ALLOWED);
            } else {
                answer(request.requestId(), joined.encode());
            }
        } catch (RelayRefusedException e) {
            office.log().warn("relay.refused", "reason", e.reason());
            refuse(
                    request.requestId(),
                    e.reason() == RelayRefusedException.Reason.SSRC_TAKEN ? SSRC_TAKEN : UNAVAILABLE);
        }
    }

    private void otherOffice(ToOffice.OtherOffice request) throws InterruptedException {
        PeerKeys keys =
                office.store().attempt(transaction -> transaction.peers().find(request.domain()));
        HybridPublicKey key = keys == null ? null : keys.find(request.officeKey());
        if (keys == null || key == null) {
            refuse(request.requestId(), NOT_KNOWN);
            return;
        }
        Long comparedAt = keys.comparedAt();
        OfficeComparison.Signed compared = comparedAt == null
                ? null
                : OfficeComparison.Signed.sign(
                        office.primitives(),
                        office.random(),
                        office.key(),
                        new OfficeComparison(
                                office.domain(),
                                office.officeKey(),
                                request.domain(),
                                request.officeKey(),
                                comparedAt));
        answer(request.requestId(), new OtherOfficeKey(key, compared).encode());
    }

    private DirectoryPage directory(@Nullable PrincipalId after) throws InterruptedException {
        List<UnverifiedChain> page = new ArrayList<>();
        int length = 0;
        PrincipalId last = after;
        while (true) {
            PrincipalId from = last;
            List<Principal> step = office.store()
                    .transact(transaction -> transaction.principals().page(from, DIRECTORY_STEP));
            for (Principal each : step) {
                length += each.chain().encode().length();
                if (length > DirectoryPage.MAX_CONTACTS_LENGTH) {
                    return new DirectoryPage(page, true);
                }
                page.add(each.chain());
                last = each.id();
            }
            if (step.size() < DIRECTORY_STEP) {
                return new DirectoryPage(page, false);
            }
        }
    }

    private void answerOrRefuse(long requestId, @Nullable Refusal refusal) {
        if (refusal == null) {
            answer(requestId, Bytes.EMPTY);
        } else {
            refuse(requestId, refusal);
        }
    }

    private void answer(long requestId, Bytes body) {
        socket.send(new FromOffice.Response(requestId, true, body).encode());
    }

    private void refuse(long requestId, Refusal refusal) {
        socket.send(new FromOffice.Response(requestId, false, refusal.encode()).encode());
    }

    /** Ends the connection from this side. */
    void close(CloseCode code) {
        socket.close(code);
    }
}
