package org.whodis.office.line;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.Knock;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.federation.RemoteOffice;

/** Lines over the connections between offices: asks for this office's people, and answers for its lines. */
public final class PeerLines implements OtherOffices {
    private final OfficeContext office;
    private final LineDesk desk;
    private final PeerLink peers;

    private PeerLines(OfficeContext office, LineDesk desk, PeerLink peers) {
        this.office = office;
        this.desk = desk;
        this.peers = peers;
    }

    /** Connects {@code desk} with the other offices, before the office serves anybody. */
    public static void connect(OfficeContext office, LineDesk desk, PeerLink peers) {
        PeerLines lines = new PeerLines(office, desk, peers);
        peers.onRequest(PeerType.LINE_REDEMPTION, (PeerHandler.Volatile) lines::redemption);
        peers.onRequest(PeerType.LINE_NOTICE, (PeerHandler.Volatile) lines::notice);
        peers.onRequest(PeerType.KNOCK, (PeerHandler.Volatile) lines::knock);
        desk.reach(lines);
    }

    @Override
    public CompletableFuture<Bytes> ask(
            OfficeDomain to, @Nullable Bytes officeKey, Kind kind, Bytes body, long deadline) {
        int type = switch (kind) {
            case REDEMPTION -> PeerType.LINE_REDEMPTION;
            case NOTICE -> PeerType.LINE_NOTICE;
            case KNOCK -> PeerType.KNOCK;
        };
        return peers.request(to, officeKey, type, body, deadline).thenApply(PeerLines::body);
    }

    private static Bytes body(PeerOutcome outcome) {
        if (outcome instanceof PeerOutcome.Applied(Bytes body)) {
            return body;
        }
        throw new CompletionException(new IllegalStateException("the other office did not do it: " + outcome));
    }

    private CompletableFuture<PeerAnswer> redemption(RemoteOffice from, PeerRequest request)
            throws InterruptedException {
        CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        try {
            desk.redemptions()
                    .redeem(
                            SignedRedemption.decode(request.body()),
                            from.domain(),
                            key -> from.has(from.domain(), key),
                            office.now(),
                            body -> answer.complete(new PeerAnswer.Applied(body)));
        } catch (DecodeException e) {
            return malformed();
        }
        return answer;
    }

    private CompletableFuture<PeerAnswer> notice(RemoteOffice from, PeerRequest request) {
        CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        try {
            desk.notices()
                    .noticed(
                            from.domain(),
                            request.body(),
                            office.now(),
                            body -> answer.complete(new PeerAnswer.Applied(body)));
        } catch (DecodeException e) {
            return malformed();
        }
        return answer;
    }

    private CompletableFuture<PeerAnswer> knock(RemoteOffice from, PeerRequest request) throws InterruptedException {
        CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        try {
            desk.knock(
                    Knock.Signed.decode(request.body()),
                    from.domain(),
                    key -> from.has(from.domain(), key),
                    office.now(),
                    body -> answer.complete(new PeerAnswer.Applied(body)));
        } catch (DecodeException e) {
            return malformed();
        }
        return answer;
    }

    private CompletableFuture<PeerAnswer> malformed() {
        office.metrics().malformedMessage();
        return CompletableFuture.completedFuture(new PeerAnswer.Refused(Refusal.MALFORMED));
    }
}
