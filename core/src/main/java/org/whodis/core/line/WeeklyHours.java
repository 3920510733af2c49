package org.whodis.core.line;

import java.util.List;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Times of the week, by a clock that is a fixed number of minutes off UTC: whoever sets them chooses the offset, and a
 * change to summer time is a change of the statement. No rules of time zones, which differ between machines.
 *
 * <pre>
 *   struct { uint16 from; uint16 until; } Span;     minutes since Monday 00:00, from &lt; until &lt;= 10080
 *   struct { uint16 utc_offset_plus_1440; Span spans&lt;V&gt;; } WeeklyHours;       at most 28 spans
 * </pre>
 */
public record WeeklyHours(int utcOffsetMinutes, List<Span> spans) implements Encodable {
    /** No time at all. */
    public static final WeeklyHours NEVER = new WeeklyHours(0, List.of());

    public static final int MINUTES_PER_DAY = 24 * 60;
    public static final int MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

    /** Four spans a day. */
    public static final int MAX_SPANS = 28;

    static final int MAX_LENGTH = 2 + 2 + 4 * MAX_SPANS;

    /** 1970-01-01 was a Thursday: three days after a Monday. */
    private static final long EPOCH_MINUTE_OF_WEEK = 3L * MINUTES_PER_DAY;

    private static final long MILLIS_PER_MINUTE = 60_000;

    /** Minutes since Monday 00:00, {@code from} inclusive and {@code until} exclusive. */
    public record Span(int from, int until) {
        public Span {
            Check.require(from >= 0 && from < until && until <= MINUTES_PER_WEEK, "span " + from + " to " + until);
        }
    }

    public WeeklyHours {
        Check.require(Math.abs(utcOffsetMinutes) <= MINUTES_PER_DAY, "offset " + utcOffsetMinutes);
        spans = List.copyOf(spans);
        Check.require(spans.size() <= MAX_SPANS, spans.size() + " spans");
    }

    /** Whether {@code now}, in milliseconds since 1970, lies in one of the spans. */
    public boolean contains(long now) {
        long minute = Math.floorDiv(now, MILLIS_PER_MINUTE) + utcOffsetMinutes + EPOCH_MINUTE_OF_WEEK;
        int ofWeek = (int) Math.floorMod(minute, (long) MINUTES_PER_WEEK);
        for (Span span : spans) {
            if (ofWeek >= span.from() && ofWeek < span.until()) {
                return true;
            }
        }
        return false;
    }

    public boolean isEmpty() {
        return spans.isEmpty();
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(utcOffsetMinutes + MINUTES_PER_DAY);
        out.list(spans, (inner, span) -> inner.uint16(span.from()).uint16(span.until()));
    }

    public static WeeklyHours read(WireReader in) throws DecodeException {
        int offset = in.uint16() - MINUTES_PER_DAY;
        if (offset > MINUTES_PER_DAY) {
            throw new DecodeException("a clock more than a day off UTC");
        }
        return new WeeklyHours(offset, in.list(4 * MAX_SPANS, MAX_SPANS, WeeklyHours::readSpan));
    }

    private static Span readSpan(WireReader in) throws DecodeException {
        int from = in.uint16();
        int until = in.uint16();
        if (from >= until || until > MINUTES_PER_WEEK) {
            throw new DecodeException("a span that is none");
        }
        return new Span(from, until);
    }
}
