package org.whodis.office.observe;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each event, {@code event=NAME key=value …}.
 *
 * <p>At the default level there are no names, addresses, ids of people, devices or calls, and no times of calls: a log that
 * is copied to a fault report tells nobody who spoke to whom. Secrets are in no level.
 */
public final class EventLog {
    private final Logger logger = LoggerFactory.getLogger("org.whodis.office");

    /** {@code details} are keys and values in turn. */
    public void info(String event, Object... details) {
        if (logger.isInfoEnabled()) {
            logger.info(line(event, details));
        }
    }

    public void warn(String event, Object... details) {
        logger.warn(line(event, details));
    }

    /** A fault of ours or of the machine; the stack is part of the event. */
    public void error(String event, @Nullable Throwable cause, Object... details) {
        logger.error(line(event, details), cause);
    }

    static String line(String event, Object... details) {
        if (details.length % 2 != 0) {
            throw new IllegalArgumentException("a key without a value");
        }
        StringBuilder out = new StringBuilder("event=").append(event);
        for (int i = 0; i < details.length; i += 2) {
            out.append(' ').append(pair(String.valueOf(details[i]), String.valueOf(details[i + 1])));
        }
        return out.toString();
    }

    static String pair(String key, String value) {
        return key + "=" + value(value);
    }

    /** Quoted where it has to be, so that no value can look like another key or another line. */
    private static String value(String raw) {
        boolean plain =
                !raw.isEmpty() && raw.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\');
        if (plain) {
            return raw;
        }
        StringBuilder out = new StringBuilder("\"");
        raw.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f || c >= 0x2028 && c <= 0x202e) {
                out.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }
}
