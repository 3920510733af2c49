package org.whodis.core.line;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a line may do.
 *
 * <pre>
 *   enum { ring(1), request(2) } LineKind;                                    uint8
 *   struct {
 *       LineKind kind;                    request: leaves a missed call and never rings
 *       uint8 favourite;                  1: rings through quiet hours
 *       uint64 not_after;                 0: without an end
 *       WeeklyHours hours;                when it may ring; no span: at any time
 *   } LineTerms;
 * </pre>
 */
public record LineTerms(Kind kind, boolean favourite, long notAfter, WeeklyHours hours) implements Encodable {
    /** Rings at any time that is not quiet, without an end. */
    public static final LineTerms STANDARD = new LineTerms(Kind.RING, false, 0, WeeklyHours.NEVER);

    static final int MAX_LENGTH = 1 + 1 + 8 + WeeklyHours.MAX_LENGTH;

    /** Whether a call by the line rings. */
    public enum Kind {
        RING(1),
        REQUEST(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    public LineTerms {
        Check.time(notAfter, "not_after");
    }

    public boolean isExpired(long now) {
        return notAfter != 0 && now > notAfter;
    }

    /** Whether the hours of the line allow it to ring at {@code now}. */
    public boolean allows(long now) {
        return kind == Kind.RING && (hours.isEmpty() || hours.contains(now));
    }

    @Override
    public void write(WireWriter out) {
        out.uint8(kind.code).uint8(favourite ? 1 : 0).uint64(notAfter);
        hours.write(out);
    }

    public static LineTerms read(WireReader in) throws DecodeException {
        return new LineTerms(readKind(in), readFlag(in), Check.readTime(in), WeeklyHours.read(in));
    }

    private static Kind readKind(WireReader in) throws DecodeException {
        int code = in.uint8();
        return switch (code) {
            case 1 -> Kind.RING;
            case 2 -> Kind.REQUEST;
            default -> throw new DecodeException("LineKind " + code);
        };
    }

    static boolean readFlag(WireReader in) throws DecodeException {
        int flag = in.uint8();
        if (flag > 1) {
            throw new DecodeException("a flag that is neither 0 nor 1");
        }
        return flag == 1;
    }
}
