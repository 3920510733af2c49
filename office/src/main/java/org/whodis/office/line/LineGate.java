package org.whodis.office.line;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineRules;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.store.LineStore;
import org.whodis.office.store.Store.Transaction;

/**
 * Who rings. Every offer to somebody of this office comes through here, from its own devices and from other offices.
 *
 * <p>Every attempt by a line does the same work, whatever it finds: one reading transaction with the same questions, one
 * verification of a line proof (of a proof that can never hold where there is none to be read). What is different, the
 * recording of an incident, is left to {@link IncidentBook}.
 */
public final class LineGate {
    /** Attempts of one identity in a minute: as often as it may call. */
    public static final int MAX_BY_ONE = 20;

    /** Attempts that come from one other office in a minute: a busy ministry, not a flood. */
    public static final int MAX_BY_OFFICE = 1_200;

    private static final LineId NO_LINE = new LineId(Bytes.of(new byte[LineId.LENGTH]));

    private final OfficeContext office;
    private final IncidentBook incidents;
    private final AttemptRate byOne = new AttemptRate(MAX_BY_ONE);
    private final AttemptRate byOffice = new AttemptRate(MAX_BY_OFFICE);
    private final LineProof impossible;

    public LineGate(OfficeContext office, IncidentBook incidents) {
        this.office = office;
        this.incidents = incidents;
        this.impossible = impossible(office);
    }

    /** Attempts in somebody else's name are counted apart: they must not use up what the one who is named may do. */
    private record Counted(LineHolder caller, OfficeDomain fromOffice, boolean proved) {}

    private record Found(
            LineStore.@Nullable Line line, @Nullable Bytes settings, String callerName) {}

    /** Whether an attempt is judged by its line: a call inside this office by its directory is not. */
    public boolean isByLine(RingAttempt attempt) {
        return !attempt.offer().lineProof().isEmpty() || !attempt.fromOffice().equals(office.domain());
    }

    /** What is to be done with an offer. Never blocks for anything but the store; records incidents by the way. */
    public LineRules.Verdict judge(RingAttempt attempt) throws InterruptedException {
        return isByLine(attempt) ? byLine(attempt) : byDirectory(attempt);
    }

    private LineRules.Verdict byDirectory(RingAttempt attempt) throws InterruptedException {
        PrincipalId callee = attempt.offer().callee().principal();
        Bytes settings =
                office.store().read(transaction -> transaction.personal().settings(callee));
        return LineRules.directory(
                LineHolder.of(attempt.offer().caller()), decoded(settings, callee), attempt.receivedAt());
    }

    private LineRules.Verdict byLine(RingAttempt attempt) throws InterruptedException {
        Offer offer = attempt.offer();
        LineHolder caller = LineHolder.of(offer.caller());
        boolean isWithinLimits = (attempt.fromOffice().equals(office.domain())
                        || byOffice.allows(attempt.fromOffice(), attempt.receivedAt()))
                && byOne.allows(
                        new Counted(caller, attempt.fromOffice(), attempt.callerProved()), attempt.receivedAt());
        if (!isWithinLimits) {
            office.metrics().lineAttempt("limited");
            return new LineRules.Verdict.Refused(null);
        }
        LineProof proof = proof(offer);
        LineId line = proof == null ? NO_LINE : proof.lineId();
        PrincipalId callee = offer.callee().principal();
        Found found = Objects.requireNonNull(
                office.store().read(transaction -> find(transaction, line, callee, attempt)), "what was looked for");
        boolean holds = (proof == null ? impossible : proof).verify(office.primitives(), offer);
        LineRules.Attempt said = new LineRules.Attempt(
                proof == null ? LineRules.Proof.MALFORMED : holds ? LineRules.Proof.HOLDS : LineRules.Proof.FORGED,
                attempt.callerProved(),
                caller,
                attempt.fromOffice(),
                callee);
        LineFacts facts = found.line() == null ? null : found.line().facts();
        LineRules.Verdict verdict =
                LineRules.ring(facts, said, decoded(found.settings(), callee), attempt.receivedAt());
        record(verdict, line, attempt, caller, found.callerName());
        return verdict;
    }

    private static Found find(Transaction transaction, LineId line, PrincipalId callee, RingAttempt attempt) {
        String name = attempt.callerName();
        if (name == null) {
            name = transaction.principals().name(attempt.offer().caller().principal());
        }
        return new Found(
                transaction.lines().find(line), transaction.personal().settings(callee), name == null ? "" : name);
    }

    private void record(
            LineRules.Verdict verdict, LineId line, RingAttempt attempt, LineHolder caller, String callerName) {
        switch (verdict) {
            case LineRules.Verdict.Ring _ -> office.metrics().lineAttempt("ring");
            case LineRules.Verdict.Silent _ -> office.metrics().lineAttempt("silent");
            case LineRules.Verdict.Refused(var kind) -> {
                office.metrics().lineAttempt("refused");
                if (kind != null) {
                    incidents.note(incident(
                            line,
                            kind,
                            caller,
                            attempt.callerProved()
                                    && caller.office().equals(attempt.fromOffice())
                                    && kind != LineIncident.Kind.NOT_PROVED,
                            callerName,
                            attempt.fromOffice(),
                            attempt.receivedAt()));
                }
            }
        }
    }

    static LineIncident incident(
            LineId line,
            LineIncident.Kind kind,
            LineHolder claimed,
            boolean proved,
            String name,
            OfficeDomain from,
            long at) {
        return new LineIncident(line, kind, claimed, proved, proved ? name : "", from, at, at, 1);
    }

    private static @Nullable LineProof proof(Offer offer) {
        try {
            return offer.lineProof().isEmpty() ? null : LineProof.decode(offer.lineProof());
        } catch (DecodeException e) {
            return null;
        }
    }

    /** Settings as they were verified when they were written. */
    static LineSettings decoded(@Nullable Bytes signed, PrincipalId principal) {
        if (signed == null) {
            return LineSettings.none(principal);
        }
        try {
            return LineSettings.decode(SignedByDevice.decode(signed).statement());
        } catch (DecodeException e) {
            throw new IllegalStateException("settings that were never written", e);
        }
    }

    /** A proof of the right form by a key of our own over nothing: verifying it costs what verifying any costs. */
    private static LineProof impossible(OfficeContext office) {
        LineSecret secret = new LineSecret(Secret.owning(office.random().next(LineSecret.LENGTH)));
        var key = secret.key(office.primitives());
        HybridSignature signature = key.sign(office.primitives(), LineProof.LABEL, Bytes.EMPTY, office.random());
        HybridPublicKey publicKey = key.publicKey();
        key.erase();
        secret.erase();
        return new LineProof(new LineId(publicKey.keyHash(office.primitives())), publicKey, signature);
    }
}
