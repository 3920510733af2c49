package org.whodis.office.line;

import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What the issuer's office tells the holder's: ask again what became of this line. It is believed in nothing.
 *
 * <pre>
 *   struct { opaque holder[32]; opaque line_id[32]; } LineNotice;
 * </pre>
 */
public record LineNotice(PrincipalId holder, LineId line) implements Encodable {
    @Override
    public void write(WireWriter out) {
        out.fixed(holder.value()).fixed(line.value());
    }

    public static LineNotice decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, in -> new LineNotice(PrincipalId.read(in), LineId.read(in)));
    }
}
