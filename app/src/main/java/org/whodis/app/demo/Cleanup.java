package org.whodis.app.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started and has to be stopped, the last first: at the end, after a fault, or when somebody pressed Ctrl-C. */
final class Cleanup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Thread whenInterrupted = new Thread(this::stopAll, "demo-cleanup");
    private boolean stopped;

    Cleanup() {
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
    }

    /** Takes note of something; if everything has been stopped already, it is stopped at once. */
    synchronized <T extends AutoCloseable> T add(T part) {
        if (stopped) {
            close(part);
        } else {
            started.push(part);
        }
        return part;
    }

    /** Stops everything that is noted and not stopped yet; more may be noted afterwards. */
    synchronized void stopNow() {
        while (!started.isEmpty()) {
            close(started.pop());
        }
    }

    private synchronized void stopAll() {
        stopped = true;
        stopNow();
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(whenInterrupted);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and finds nothing left to do.
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("could not stop {}", part.getClass().getSimpleName(), e);
        }
    }
}
