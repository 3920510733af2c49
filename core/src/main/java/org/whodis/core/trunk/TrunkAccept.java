package org.whodis.core.trunk;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The answer to {@link TrunkMessage.Open}.
 *
 * <pre>
 *   struct { uint16 version = 1; TrunkPlace accepter; } TrunkAccept;
 * </pre>
 */
public record TrunkAccept(TrunkPlace accepter) implements Encodable {
    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        accepter.write(out);
    }

    public static TrunkAccept read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new TrunkAccept(TrunkPlace.read(in));
    }

    public static TrunkAccept decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, TrunkAccept::read);
    }
}
