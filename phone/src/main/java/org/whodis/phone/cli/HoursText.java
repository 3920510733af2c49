package org.whodis.phone.cli;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whodis.core.line.WeeklyHours;

/** Hours of the week as people write them: {@code mon-fri 08:00-18:00}. */
final class HoursText {
    private static final Pattern SPAN =
            Pattern.compile("([a-z]{3})(?:-([a-z]{3}))?\\s+(\\d{1,2}):(\\d{2})-(\\d{1,2}):(\\d{2})");
    private static final int MINUTES_PER_HOUR = 60;

    private HoursText() {}

    /** By this computer's present distance from UTC. */
    static WeeklyHours parse(List<String> texts) throws CliException {
        int offset = ZoneId.systemDefault().getRules().getOffset(Instant.now()).getTotalSeconds() / 60;
        List<WeeklyHours.Span> spans = new ArrayList<>();
        for (String text : texts) {
            parse(text, spans);
        }
        if (spans.size() > WeeklyHours.MAX_SPANS) {
            throw new CliException(ExitStatus.FAILED, "At most " + WeeklyHours.MAX_SPANS + " spans a week.");
        }
        return new WeeklyHours(offset, spans);
    }

    private static void parse(String text, List<WeeklyHours.Span> spans) throws CliException {
        Matcher matcher = SPAN.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw wrong(text);
        }
        int first = day(matcher.group(1), text);
        int last = matcher.group(2) == null ? first : day(matcher.group(2), text);
        int from = minute(matcher.group(3), matcher.group(4), text);
        int until = minute(matcher.group(5), matcher.group(6), text);
        if (last < first || from >= until) {
            throw wrong(text);
        }
        for (int day = first; day <= last; day++) {
            int midnight = day * WeeklyHours.MINUTES_PER_DAY;
            spans.add(new WeeklyHours.Span(midnight + from, midnight + until));
        }
    }

    static String text(WeeklyHours hours) {
        if (hours.isEmpty()) {
            return "never";
        }
        List<String> out = new ArrayList<>();
        for (WeeklyHours.Span span : hours.spans()) {
            int day = span.from() / WeeklyHours.MINUTES_PER_DAY;
            int until = span.until() - day * WeeklyHours.MINUTES_PER_DAY;
            out.add(DayOfWeek.of(day + 1)
                            .getDisplayName(TextStyle.SHORT, Locale.ROOT)
                            .toLowerCase(Locale.ROOT)
                    + " " + clock(span.from() % WeeklyHours.MINUTES_PER_DAY) + "-" + clock(until));
        }
        return String.join(", ", out);
    }

    private static String clock(int minutes) {
        return String.format(Locale.ROOT, "%02d:%02d", minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
    }

    private static int day(String name, String text) throws CliException {
        List<String> names = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
        int day = names.indexOf(name);
        if (day < 0) {
            throw wrong(text);
        }
        return day;
    }

    private static int minute(String hour, String minute, String text) throws CliException {
        int out = Integer.parseInt(hour) * MINUTES_PER_HOUR + Integer.parseInt(minute);
        if (Integer.parseInt(minute) >= MINUTES_PER_HOUR || out > WeeklyHours.MINUTES_PER_DAY) {
            throw wrong(text);
        }
        return out;
    }

    private static CliException wrong(String text) {
        return new CliException(
                ExitStatus.FAILED,
                "\"" + text
                        + "\" is no span of the week. Write it as 'mon-fri 08:00-18:00'; one over midnight is two.");
    }
}
