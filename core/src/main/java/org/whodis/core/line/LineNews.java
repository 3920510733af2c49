package org.whodis.core.line;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Something has changed; whoever hears it asks. What is lost of it is found at the next connection.
 *
 * <pre>
 *   enum { issued(1), held(2), desk(3) } LineNewsKind;                        uint8
 *   struct { LineNewsKind kind; opaque line_id[32]; } LineNews;              zeros for the desk
 * </pre>
 */
public record LineNews(Kind kind, LineId lineId) implements Encodable {
    private static final LineId NONE = new LineId(Bytes.of(new byte[LineId.LENGTH]));

    /** Whose the line is. */
    public enum Kind {
        /** A line that this person gave: redeemed, tried, or changed by another device. */
        ISSUED(1),
        /** A line that this person holds, as the issuer's office says: approved, renewed or withdrawn. */
        HELD(2),
        /** Something waits at the desk. */
        DESK(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    public static LineNews desk() {
        return new LineNews(Kind.DESK, NONE);
    }

    @Override
    public void write(WireWriter out) {
        out.uint8(kind.code).fixed(lineId.value());
    }

    public static LineNews decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, in -> new LineNews(readKind(in), LineId.read(in)));
    }

    private static Kind readKind(WireReader in) throws DecodeException {
        int code = in.uint8();
        return switch (code) {
            case 1 -> Kind.ISSUED;
            case 2 -> Kind.HELD;
            case 3 -> Kind.DESK;
            default -> throw new DecodeException("LineNewsKind " + code);
        };
    }
}
