package org.whodis.core.line;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.DisplayText;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Somebody tried a line that is not theirs: which copy leaked, when, who, from where, how often. Attempts of one kind by one
 * claimed identity from one office are one incident with a count.
 *
 * <pre>
 *   enum { another_identity(1), second_redeemer(2), withdrawn(3), expired(4), not_approved(5), not_proved(6),
 *          wrong_person(7), many(8), many_offices(9) } IncidentKind;                           uint8
 *   struct {
 *       uint16 version = 1;
 *       opaque line_id[32];
 *       IncidentKind kind;
 *       LineHolder claimed;
 *       uint8 proved;                     1: their signature, chain and office held
 *       opaque name&lt;V&gt;;                   as their office vouches; empty if not proved
 *       opaque from_office&lt;V&gt;;            which office's connection it came over
 *       uint64 first_at; uint64 last_at; uint32 count;
 *   } LineIncident;
 * </pre>
 */
public record LineIncident(
        LineId lineId,
        Kind kind,
        LineHolder claimed,
        boolean proved,
        String name,
        OfficeDomain fromOffice,
        long firstAt,
        long lastAt,
        long count)
        implements Encodable {
    /** What is wrong with an attempt. The codes are stored and sent. */
    public enum Kind {
        ANOTHER_IDENTITY(1),
        SECOND_REDEEMER(2),
        WITHDRAWN(3),
        EXPIRED(4),
        NOT_APPROVED(5),
        NOT_PROVED(6),
        WRONG_PERSON(7),
        /** More over one office than are listed one by one; the claimed one is the last. */
        MANY(8),
        /** Over more offices than are listed; the office and the claimed identity are the last. */
        MANY_OFFICES(9);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        public static Kind of(int code) throws DecodeException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new DecodeException("IncidentKind " + code);
        }
    }

    public static final long MAX_COUNT = 0xffff_ffffL;

    static final int MAX_LENGTH = 2
            + LineId.LENGTH
            + 1
            + LineHolder.MAX_LENGTH
            + 1
            + 2
            + Genesis.MAX_NAME
            + 2
            + OfficeDomain.MAX_LENGTH
            + 8
            + 8
            + 4;

    public LineIncident {
        Check.require(DisplayText.isValid(name, 0, Genesis.MAX_NAME), "a name that cannot be shown");
        Check.time(firstAt, "first_at");
        Check.time(lastAt, "last_at");
        Check.require(count > 0 && count <= MAX_COUNT, "count " + count);
    }

    /** With a further attempt of the same kind by the same. */
    public LineIncident again(long times, long at) {
        return new LineIncident(
                lineId,
                kind,
                claimed,
                proved,
                name,
                fromOffice,
                Math.min(firstAt, at),
                Math.max(lastAt, at),
                Math.min(count + times, MAX_COUNT));
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(lineId.value()).uint8(kind.code);
        claimed.write(out);
        out.uint8(proved ? 1 : 0).text(name);
        OfficeDomain.write(out, fromOffice);
        out.uint64(firstAt).uint64(lastAt).uint32(count);
    }

    public static LineIncident read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        LineId line = LineId.read(in);
        Kind kind = Kind.of(in.uint8());
        LineHolder claimed = LineHolder.read(in);
        boolean proved = LineTerms.readFlag(in);
        String name = DisplayText.read(in, 0, Genesis.MAX_NAME);
        OfficeDomain from = OfficeDomain.read(in);
        long firstAt = Check.readTime(in);
        long lastAt = Check.readTime(in);
        long count = in.uint32();
        if (count == 0) {
            throw new DecodeException("an incident that never was");
        }
        return new LineIncident(line, kind, claimed, proved, name, from, firstAt, lastAt, count);
    }

    public static LineIncident decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineIncident::read);
    }
}
