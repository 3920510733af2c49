package org.whodis.office.observe;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** {@code time=… level=… event=… key=value}, one line for each record, to standard error. */
public final class LogLines extends Formatter {

    /** Makes this the form of all logs of the process. */
    public static void install(Level level) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new LogLines());
        console.setLevel(level);
        root.addHandler(console);
        // Libraries speak when something is wrong; what they tell otherwise is not written for an operator.
        root.setLevel(Level.WARNING);
        Logger.getLogger("org.whodis").setLevel(level);
    }

    @Override
    public String format(LogRecord record) {
        String message = formatMessage(record);
        StringBuilder out = new StringBuilder("time=")
                .append(record.getInstant())
                .append(" level=")
                .append(name(record.getLevel()))
                .append(' ');
        if (message.startsWith("event=")) {
            out.append(message);
        } else {
            out.append(EventLog.line("library", "logger", record.getLoggerName(), "message", message));
        }
        if (record.getThrown() != null) {
            StringWriter stack = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(stack));
            out.append(' ').append(EventLog.pair("stack", stack.toString()));
        }
        return out.append('\n').toString();
    }

    private static String name(Level level) {
        if (level.equals(Level.SEVERE)) {
            return "error";
        }
        return level.equals(Level.WARNING) ? "warn" : level.getName().toLowerCase(Locale.ROOT);
    }
}
