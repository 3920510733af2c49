package org.whodis.office.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineRules;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.call.Submission;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.RemoteOffice;
import org.whodis.office.line.LineGate;
import org.whodis.office.line.RingAttempt;

/**
 * Envelopes from other offices. What such an office says counts for its own people only, in calls with this office; and an
 * offer that may not ring gets the same bytes after the same time whatever the reason, so that nobody learns who is here.
 */
public final class PeerCalls implements PeerHandler.Durable {
    private static final PeerAnswer CONSTANT = new PeerAnswer.Applied(SubmitOutcome.UNKNOWN_RECIPIENT.encode());

    /** Chains that were verified lately; the longest has 160 KB. */
    private static final int MAX_CHAINS = 128;

    private final OfficeContext office;
    private final Switchboard switchboard;
    private final LineGate gate;
    private final Map<Bytes, VerifiedChain> chains = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, VerifiedChain> eldest) {
            return size() > MAX_CHAINS;
        }
    };

    public PeerCalls(OfficeContext office, Switchboard switchboard, LineGate gate) {
        this.office = office;
        this.switchboard = switchboard;
        this.gate = gate;
    }

    @Override
    public Work prepare(RemoteOffice from, PeerRequest request) throws InterruptedException {
        long receivedAt = office.now();
        Submission submission;
        CallMessage.@Nullable SignedOffer offer;
        try {
            Envelope envelope = Envelope.decode(request.body());
            if (!envelope.id().value().equals(request.id())) {
                throw new DecodeException("an envelope under another id");
            }
            submission = Submission.read(
                    envelope,
                    envelope.from(),
                    envelope.fromDevice(),
                    encoded -> Offer.hash(office.primitives(), encoded));
            offer = CallMessage.decode(envelope.message()) instanceof CallMessage.SignedOffer it ? it : null;
        } catch (DecodeException e) {
            office.metrics().malformedMessage();
            return Work.answer(new PeerAnswer.Refused(Refusal.MALFORMED));
        }
        if (offer != null && submission.content() instanceof Submission.Offered(Offer said, Bytes _, DeviceId _)) {
            VerifiedChain caller = caller(from, submission.envelope(), said, offer);
            String name = caller == null ? "" : caller.genesis().name();
            LineRules.Verdict verdict =
                    gate.judge(new RingAttempt(said, from.domain(), caller != null, name, receivedAt));
            return (transaction, now) -> {
                PrincipalId callee = submission.envelope().to();
                boolean isRefused = verdict instanceof LineRules.Verdict.Refused
                        || caller == null
                        || transaction.principals().devices(callee).isEmpty();
                return isRefused
                        ? Result.nothing(CONSTANT, receivedAt + LineRules.ANSWER_DELAY_MILLIS)
                        : result(switchboard.offerFrom(from, transaction, submission, verdict, name, now));
            };
        }
        return (transaction, now) -> result(switchboard.applyFrom(from, transaction, submission, now));
    }

    private Result result(Switchboard.Result result) {
        PeerAnswer answer = new PeerAnswer.Applied(result.outcome().encode());
        return result.after() == null
                ? Result.nothing(answer, 0)
                : Result.applied(answer, () -> {
                    var _ = switchboard.afterwards(result);
                });
    }

    /**
     * Who calls; null unless 1. the offer is for this office, and 2. from the one that sends it; 3. the caller's chain holds
     * under that office's key 4. and is the one that the offer names; 5. the device stands in it and 6. signed the offer.
     */
    private @Nullable VerifiedChain caller(
            RemoteOffice from, Envelope envelope, Offer offer, CallMessage.SignedOffer message) {
        boolean namesBoth = offer.callee().officeDomain().equals(office.domain()) // 1
                && office.keys().has(offer.callee().officeKey())
                && from.has( // 2
                        offer.caller().officeDomain(), offer.caller().officeKey())
                && offer.caller().principal().equals(envelope.from());
        VerifiedChain chain = namesBoth ? verify(from, message.chain()) : null; // 3
        if (chain == null || !Party.of(chain).equals(offer.caller())) { // 4
            return null;
        }
        ChainDevice device = chain.device(message.device()); // 5
        boolean isSigned = device != null
                && message.device().equals(offer.callerDevice())
                && device.key().verify(office.primitives(), Offer.LABEL, message.signed(), message.byDevice()); // 6
        return isSigned ? chain : null;
    }

    /** Null if the chain does not hold. Its key in the cache covers the office's key too, which the genesis names. */
    private @Nullable VerifiedChain verify(RemoteOffice from, UnverifiedChain chain) {
        Bytes hash = office.primitives().hash(HashAlgorithm.SHA256, chain.encode());
        synchronized (chains) {
            VerifiedChain known = chains.get(hash);
            if (known != null) {
                return known;
            }
        }
        try {
            VerifiedChain verified = chain.verify(office.primitives(), from.vouching());
            synchronized (chains) {
                chains.put(hash, verified);
            }
            return verified;
        } catch (IdentityException e) {
            return null;
        }
    }
}
