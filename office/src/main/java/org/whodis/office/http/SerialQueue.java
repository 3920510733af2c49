package org.whodis.office.http;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Runs tasks one after another on virtual threads; a thread exists only while there is something to run. */
final class SerialQueue {
    private final ExecutorService executor;
    private final Consumer<RuntimeException> onFault;
    private final Runnable onDrained;
    /** Bounded by its feeder, which stops reading the connection (see {@link HttpLimits#inboundMessages}). */
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();

    private boolean running;

    SerialQueue(ExecutorService executor, Consumer<RuntimeException> onFault, Runnable onDrained) {
        this.executor = executor;
        this.onFault = onFault;
        this.onDrained = onDrained;
    }

    /** May block. */
    interface Task {
        void run() throws InterruptedException;
    }

    /** Returns how many tasks wait. */
    int add(Task task) {
        int count;
        synchronized (waiting) {
            waiting.add(task);
            count = waiting.size();
            if (running) {
                return count;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
            // The office stops; what was queued is not needed any more.
            synchronized (waiting) {
                waiting.clear();
                running = false;
            }
        }
        return count;
    }

    boolean isIdle() {
        synchronized (waiting) {
            return !running;
        }
    }

    private void drain() {
        while (true) {
            Task task;
            synchronized (waiting) {
                task = waiting.poll();
                if (task == null) {
                    running = false;
                    break;
                }
            }
            try {
                task.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                onFault.accept(e);
            }
        }
        onDrained.run();
    }
}
