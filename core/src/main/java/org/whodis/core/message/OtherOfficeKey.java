package org.whodis.core.message;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.OfficeComparison;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What an office tells a device of another office's key (protocol section 4).
 *
 * <pre>
 *   struct { HybridPublicKey key; optional&lt;SignedOfficeComparison&gt; compared; } OtherOfficeKey;
 * </pre>
 *
 * @param compared null if the operators have not compared words
 */
public record OtherOfficeKey(HybridPublicKey key, OfficeComparison.@Nullable Signed compared) implements Encodable {
    @Override
    public void write(WireWriter out) {
        key.write(out);
        out.optional(compared, (inner, it) -> it.write(inner));
    }

    public static OtherOfficeKey decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(
                encoded,
                in -> new OtherOfficeKey(HybridPublicKey.read(in), in.optional(OfficeComparison.Signed::read)));
    }
}
