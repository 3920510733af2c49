package org.whodis.web.edge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.WeeklyHours;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.web.phone.LineDeed;

/**
 * Input 29 of {@link PhoneEdge}: what a person does about lines. {@code number} is the deed; {@code other} says what.
 *
 * <pre>
 *   other                fields
 *   1  give              note, person or nothing, terms
 *   2  hand over, 6 withdraw, 7 renew, 8 acknowledge, 9 call                  line
 *   3  check             address
 *   4  redeem one way, 5 redeem and back                                      address
 *   10 approve, 11 refuse                                                     line, person
 *   12 quiet             hours; 13 the same, and calls go to the desk
 *   14 favourite, 15 not, 16 block, 17 unblock                                person
 *   18 knock             office, name, text
 *   19 dismiss knock     nonce
 *
 *   terms    uint8 request_only; uint8 any_time; uint64 not_after; then as hours
 *   hours    uint16 utc_offset_plus_1440; { uint16 from; uint16 until; } spans...
 * </pre>
 */
final class LineEdge {
    /** More than anybody types or pastes; what is too long for its purpose is refused where that is known. */
    private static final int MAX_FIELD = 1 << 20;

    private LineEdge() {}

    static LineDeed read(int other, WireReader in) throws DecodeException {
        return switch (other) {
            case 1 -> give(in);
            case 2 -> new LineDeed.HandOver(line(in));
            case 3 -> new LineDeed.Check(text(in));
            case 4 -> new LineDeed.Redeem(text(in), false);
            case 5 -> new LineDeed.Redeem(text(in), true);
            case 6 -> new LineDeed.Withdraw(line(in));
            case 7 -> new LineDeed.Renew(line(in));
            case 8 -> new LineDeed.Acknowledge(line(in));
            case 9 -> new LineDeed.Call(line(in));
            case 10 -> new LineDeed.Decide(line(in), person(in), true);
            case 11 -> new LineDeed.Decide(line(in), person(in), false);
            case 12 -> new LineDeed.Quiet(hours(in.vector(MAX_FIELD)), false);
            case 13 -> new LineDeed.Quiet(hours(in.vector(MAX_FIELD)), true);
            case 14 -> new LineDeed.Favourite(person(in), true);
            case 15 -> new LineDeed.Favourite(person(in), false);
            case 16 -> new LineDeed.Block(person(in), true);
            case 17 -> new LineDeed.Block(person(in), false);
            case 18 -> new LineDeed.KnockAt(text(in), text(in), text(in));
            case 19 -> new LineDeed.DismissKnock(Bytes.fromHex(text(in)));
            default -> throw new DecodeException("deed " + other);
        };
    }

    private static LineDeed give(WireReader in) throws DecodeException {
        String note = text(in);
        String person = text(in);
        PrincipalId holder = person.isEmpty() ? null : new PrincipalId(Bytes.fromHex(person));
        return give(note, holder, in.vector(MAX_FIELD));
    }

    private static LineDeed give(String note, @Nullable PrincipalId holder, Bytes terms) throws DecodeException {
        return WireReader.decode(terms, in -> {
            LineTerms.Kind kind = in.uint8() == 1 ? LineTerms.Kind.REQUEST : LineTerms.Kind.RING;
            boolean anyTime = in.uint8() == 1;
            long until = in.uint64();
            return new LineDeed.Give(note, new LineTerms(kind, anyTime, until, hours(in)), holder);
        });
    }

    private static WeeklyHours hours(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineEdge::hours);
    }

    private static WeeklyHours hours(WireReader in) throws DecodeException {
        int offset = in.uint16() - WeeklyHours.MINUTES_PER_DAY;
        List<WeeklyHours.Span> spans = new ArrayList<>();
        while (in.remaining() > 0) {
            spans.add(new WeeklyHours.Span(in.uint16(), in.uint16()));
        }
        return new WeeklyHours(spans.isEmpty() ? 0 : offset, spans);
    }

    private static LineId line(WireReader in) throws DecodeException {
        return new LineId(Bytes.fromHex(text(in)));
    }

    private static PrincipalId person(WireReader in) throws DecodeException {
        return new PrincipalId(Bytes.fromHex(text(in)));
    }

    private static String text(WireReader in) throws DecodeException {
        return in.text(MAX_FIELD);
    }
}
