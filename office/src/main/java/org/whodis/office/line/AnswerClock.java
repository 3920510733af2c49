package org.whodis.office.line;

import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The thread on which constant answers go out. */
public final class AnswerClock implements ConstantAnswers.Later, AutoCloseable {
    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor executor;

    public AnswerClock(InstantSource clock) {
        this.clock = clock;
        this.executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("office-answers").daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public ConstantAnswers.Cancel at(long atMillis, Runnable action) {
        if (executor.isShutdown()) {
            return () -> {};
        }
        ScheduledFuture<?> scheduled =
                executor.schedule(action, Math.max(0, atMillis - clock.millis()), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
