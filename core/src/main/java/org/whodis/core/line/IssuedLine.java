package org.whodis.core.line;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * All that an office keeps of a line that one of its people gave, as it tells that person's devices.
 *
 * <pre>
 *   struct {
 *       SignedByDevice issue;
 *       optional&lt;SignedRedemption&gt; redemption;     the first one of an open line, the last one of its holder
 *       optional&lt;SignedByDevice&gt; decision;
 *       optional&lt;SignedByDevice&gt; withdrawal;
 *       LineIncident incidents&lt;V&gt;;                 at most 32
 *   } IssuedLine;
 * </pre>
 */
public record IssuedLine(
        SignedByDevice issue,
        @Nullable SignedRedemption redemption,
        @Nullable SignedByDevice decision,
        @Nullable SignedByDevice withdrawal,
        List<LineIncident> incidents)
        implements Encodable {
    /** Incidents that are kept of one line one by one; further ones are counted together. */
    public static final int MAX_INCIDENTS = 32;

    public IssuedLine {
        incidents = List.copyOf(incidents);
        Check.require(incidents.size() <= MAX_INCIDENTS, incidents.size() + " incidents");
    }

    /**
     * A line as its issuer's own devices have signed it: nothing in it is believed because the office says so.
     *
     * @param redeemer who redeemed it, verified under the key of the office that they name; null if nobody did
     */
    public record Verified(
            LineIssue issue,
            LineFacts facts,
            SignedRedemption.@Nullable Verified redeemer,
            List<LineIncident> incidents) {}

    /** Checks what {@code own}'s devices signed. A redemption that does not hold counts as none. */
    public Verified verify(Primitives primitives, VerifiedChain own) throws LineException {
        issue.verifyKept(primitives, LineIssue.LABEL, own);
        try {
            LineIssue said = LineIssue.decode(issue.statement());
            LineException.require(
                    said.issuer().principal().equals(own.principal()), LineException.Reason.ANOTHER_PARTY);
            SignedRedemption.Verified redeemer = redeemer(primitives, said, own);
            return new Verified(said, facts(primitives, said, redeemer, own), redeemer, incidents);
        } catch (DecodeException e) {
            throw new LineException(LineException.Reason.MALFORMED);
        }
    }

    private SignedRedemption.@Nullable Verified redeemer(Primitives primitives, LineIssue said, VerifiedChain own) {
        if (redemption == null) {
            return null;
        }
        try {
            SignedRedemption.Verified verified =
                    redemption.verifyStored(primitives, own.genesis().officeDomain());
            boolean fits = verified.redemption().lineId().equals(said.lineId())
                    && (said.holder() == null
                            || said.holder().equals(verified.redemption().holder()));
            return fits ? verified : null;
        } catch (LineException e) {
            return null;
        }
    }

    private LineFacts facts(
            Primitives primitives, LineIssue said, SignedRedemption.@Nullable Verified redeemer, VerifiedChain own)
            throws LineException, DecodeException {
        LineHolder holder = said.holder();
        LineFacts.State state = holder == null ? LineFacts.State.OPEN : LineFacts.State.BOUND;
        if (holder == null && redeemer != null) {
            holder = redeemer.redemption().holder();
            state = LineFacts.State.WAITING;
        }
        if (decision != null) {
            decision.verifyKept(primitives, LineDecision.LABEL, own);
            LineDecision decided = LineDecision.decode(decision.statement());
            LineException.require(decided.lineId().equals(said.lineId()), LineException.Reason.ANOTHER_LINE_KEY);
            // Who was approved counts, whatever redemption the office shows beside it.
            holder = decided.redeemer();
            state = decided.approved() ? LineFacts.State.BOUND : LineFacts.State.REFUSED;
        }
        if (withdrawal != null) {
            withdrawal.verifyKept(primitives, LineWithdrawal.LABEL, own);
            LineException.require(
                    LineWithdrawal.decode(withdrawal.statement()).lineId().equals(said.lineId()),
                    LineException.Reason.ANOTHER_LINE_KEY);
            state = LineFacts.State.WITHDRAWN;
        }
        return new LineFacts(said.lineId(), own.principal(), state, holder, said.terms());
    }

    @Override
    public void write(WireWriter out) {
        issue.write(out);
        out.optional(redemption, (inner, it) -> it.write(inner));
        out.optional(decision, (inner, it) -> it.write(inner));
        out.optional(withdrawal, (inner, it) -> it.write(inner));
        out.list(incidents, (inner, it) -> it.write(inner));
    }

    public static IssuedLine read(WireReader in) throws DecodeException {
        return new IssuedLine(
                SignedByDevice.read(in),
                in.optional(SignedRedemption::read),
                in.optional(SignedByDevice::read),
                in.optional(SignedByDevice::read),
                in.list(MAX_INCIDENTS * LineIncident.MAX_LENGTH, MAX_INCIDENTS, LineIncident::read));
    }

    public static IssuedLine decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, IssuedLine::read);
    }
}
