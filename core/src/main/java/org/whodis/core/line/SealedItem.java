package org.whodis.core.line;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Something that a person's devices hand to each other through their office: sealed to all of them, signed by one.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque principal[32];
 *       opaque item_id[32];               of a line
 *       uint64 at;                        a later one takes the place of an earlier one
 *       SealedBox box;                    of a Keepsake
 *   } SealedItem;                         label "Whodis 1 Sealed item"
 * </pre>
 */
public record SealedItem(PrincipalId principal, LineId item, long at, SealedBox box) implements Encodable {
    public static final String LABEL = "Whodis 1 Sealed item";

    public SealedItem {
        Check.time(at, "at");
    }

    /** What the box of an item is sealed for. */
    public static Bytes purpose(PrincipalId principal, LineId item) {
        return Bytes.concat(Bytes.utf8("item"), principal.value(), item.value());
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(principal.value()).fixed(item.value()).uint64(at);
        box.write(out);
    }

    public static SealedItem read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new SealedItem(PrincipalId.read(in), LineId.read(in), Check.readTime(in), SealedBox.read(in));
    }

    public static SealedItem decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SealedItem::read);
    }
}
