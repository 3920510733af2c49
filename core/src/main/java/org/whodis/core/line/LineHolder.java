package org.whodis.core.line;

import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.Party;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The one person to whom a line belongs, and the office where they are.
 *
 * <pre>
 *   struct { opaque principal[32]; opaque office_domain&lt;V&gt;; } LineHolder;
 * </pre>
 */
public record LineHolder(PrincipalId principal, OfficeDomain office) implements Encodable {
    static final int MAX_LENGTH = PrincipalId.LENGTH + 2 + OfficeDomain.MAX_LENGTH;

    public static LineHolder of(Party party) {
        return new LineHolder(party.principal(), party.officeDomain());
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(principal.value());
        OfficeDomain.write(out, office);
    }

    public static LineHolder read(WireReader in) throws DecodeException {
        return new LineHolder(PrincipalId.read(in), OfficeDomain.read(in));
    }
}
