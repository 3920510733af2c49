package org.whodis.app;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Where log lines go: to standard error, one line each, warnings and worse. An office that runs tells more. The variable
 * {@code WHODIS_LOG} sets another level: debug, info, warn or error.
 */
final class Logging {
    /** Kept, because the logging of the JDK forgets loggers that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private Logging() {}

    static void setUp(String[] arguments) {
        Level level = level(System.getenv("WHODIS_LOG"), arguments);
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(level);
        handler.setFormatter(new OneLine());
        ROOT.addHandler(handler);
        ROOT.setLevel(level);
        // Netty is talkative about the machine below "info".
        if (level.intValue() < Level.INFO.intValue()) {
            NETTY.setLevel(Level.INFO);
        }
    }

    private static final Logger NETTY = Logger.getLogger("io.netty");

    static Level level(@org.jspecify.annotations.Nullable String wanted, String[] arguments) {
        if (wanted != null) {
            switch (wanted.toLowerCase(Locale.ROOT)) {
                case "debug", "trace" -> {
                    return Level.FINE;
                }
                case "info" -> {
                    return Level.INFO;
                }
                case "warn" -> {
                    return Level.WARNING;
                }
                case "error" -> {
                    return Level.SEVERE;
                }
                default -> {
                    // An unknown word is as good as none.
                }
            }
        }
        boolean officeRuns = arguments.length >= 2 && arguments[0].equals("office") && arguments[1].equals("run");
        return officeRuns ? Level.INFO : Level.WARNING;
    }

    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord record) {
            StringBuilder line = new StringBuilder()
                    .append(Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(name(record.getLevel()))
                    .append(' ')
                    .append(formatMessage(record).replace("\n", "\\n").replace("\r", "\\r"));
            for (Throwable cause = record.getThrown(); cause != null; cause = cause.getCause()) {
                line.append(" <- ")
                        .append(String.valueOf(cause).replace("\n", "\\n").replace("\r", "\\r"));
            }
            line.append('\n');
            if (record.getThrown() != null && record.getLevel().intValue() >= Level.SEVERE.intValue()) {
                for (StackTraceElement element : record.getThrown().getStackTrace()) {
                    line.append("    at ").append(element).append('\n');
                }
            }
            return line.toString();
        }

        private static String name(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "WARN";
            }
            return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
        }
    }
}
