package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * One of the two whom an offer is about (protocol section 5).
 *
 * <pre>
 *   struct { opaque principal[32]; opaque head[32]; opaque office_domain&lt;V&gt;; opaque office_key[32]; } Party;
 * </pre>
 */
public record Party(PrincipalId principal, Bytes head, OfficeDomain officeDomain, Bytes officeKey)
        implements Encodable {
    static final int MAX_LENGTH =
            PrincipalId.LENGTH + LabelledHash.LENGTH + (2 + OfficeDomain.MAX_LENGTH) + LabelledHash.LENGTH;

    public Party {
        Check.length(head, LabelledHash.LENGTH, "head");
        Check.length(officeKey, LabelledHash.LENGTH, "office_key");
    }

    /** The party whose chain is {@code chain}, at its present head. */
    public static Party of(VerifiedChain chain) {
        return new Party(
                chain.principal(),
                chain.head(),
                chain.genesis().officeDomain(),
                chain.genesis().officeKey());
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(principal.value()).fixed(head);
        OfficeDomain.write(out, officeDomain);
        out.fixed(officeKey);
    }

    public static Party read(WireReader in) throws DecodeException {
        return new Party(
                PrincipalId.read(in),
                in.fixed(LabelledHash.LENGTH),
                OfficeDomain.read(in),
                in.fixed(LabelledHash.LENGTH));
    }
}
