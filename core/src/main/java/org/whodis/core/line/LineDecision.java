package org.whodis.core.line;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What the issuer says of whoever redeemed an open line.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque line_id[32];
 *       LineHolder redeemer;
 *       opaque redemption_hash[32];       of the redemption that was looked at
 *       uint8 approved;                   0: the line is dead, and a silent alarm
 *       uint64 at;
 *   } LineDecision;                       label "Whodis 1 Line decision"
 * </pre>
 */
public record LineDecision(LineId lineId, LineHolder redeemer, Bytes redemptionHash, boolean approved, long at)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Line decision";

    public LineDecision {
        Check.length(redemptionHash, LabelledHash.LENGTH, "redemption_hash");
        Check.time(at, "at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(lineId.value());
        redeemer.write(out);
        out.fixed(redemptionHash).uint8(approved ? 1 : 0).uint64(at);
    }

    public static LineDecision read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new LineDecision(
                LineId.read(in),
                LineHolder.read(in),
                in.fixed(LabelledHash.LENGTH),
                LineTerms.readFlag(in),
                Check.readTime(in));
    }

    public static LineDecision decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineDecision::read);
    }
}
