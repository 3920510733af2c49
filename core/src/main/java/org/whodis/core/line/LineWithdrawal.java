package org.whodis.core.line;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The line rings no more; it stays as a silent alarm.
 *
 * <pre>
 *   struct { uint16 version = 1; opaque line_id[32]; uint64 at; } LineWithdrawal;     label "Whodis 1 Line withdrawal"
 * </pre>
 */
public record LineWithdrawal(LineId lineId, long at) implements Encodable {
    public static final String LABEL = "Whodis 1 Line withdrawal";

    public LineWithdrawal {
        Check.time(at, "at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(lineId.value()).uint64(at);
    }

    public static LineWithdrawal read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new LineWithdrawal(LineId.read(in), Check.readTime(in));
    }

    public static LineWithdrawal decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineWithdrawal::read);
    }
}
