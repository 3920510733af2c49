package org.whodis.office.line;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.line.LineRules;
import org.whodis.core.wire.Bytes;

/**
 * The answer that every attempt on a line gets unless it succeeds: the same bytes, {@link LineRules#ANSWER_DELAY_MILLIS} after
 * receipt. It is scheduled before anything is looked at, so what is then found cannot move it. Where the machine is so slow
 * that nothing was found out by then, it goes out at the next multiple of the delay: a holder is not turned away for that, and
 * as every attempt does the same work, the multiple tells of the machine and not of the line.
 */
public final class ConstantAnswers {
    private final Later later;

    public ConstantAnswers(Later later) {
        this.later = later;
    }

    /** Where a later time comes from: the office's clock, or a test's. */
    @FunctionalInterface
    public interface Later {
        /** Runs {@code action} at {@code atMillis}, in the time of the office's clock; it does not block. */
        Cancel at(long atMillis, Runnable action);
    }

    /** Forgets what was scheduled, if it has not run. */
    @FunctionalInterface
    public interface Cancel {
        void cancel();
    }

    /** One attempt that waits for its answer. */
    public final class Pending {
        private enum State {
            WAITING,
            CLAIMED,
            ANSWERED
        }

        private final Bytes constant;
        private final Consumer<Bytes> reply;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private volatile boolean isDecided;
        private volatile @Nullable Cancel scheduled;

        private Pending(Bytes constant, Consumer<Bytes> reply) {
            this.constant = constant;
            this.reply = reply;
        }

        private void schedule(long at) {
            scheduled = later.at(at, () -> due(at));
        }

        private void due(long at) {
            if (!isDecided && state.get() == State.WAITING) {
                schedule(at + LineRules.ANSWER_DELAY_MILLIS);
            } else if (state.compareAndSet(State.WAITING, State.ANSWERED)) {
                reply.accept(constant);
            }
        }

        /** The attempt has failed, or its outcome is no matter: the constant answer goes out when its time has come. */
        public void fail() {
            isDecided = true;
        }

        /**
         * Keeps the constant answer from going out, for somebody who succeeds; false if it has gone. To be asked before
         * anything is done that somebody else could notice, and followed by {@link #succeed}.
         */
        public boolean claim() {
            return state.compareAndSet(State.WAITING, State.CLAIMED) || state.get() == State.CLAIMED;
        }

        public boolean isClaimed() {
            return state.get() == State.CLAIMED;
        }

        /** Answers at once what was claimed. */
        public void succeed(Bytes answer) {
            if (state.compareAndSet(State.CLAIMED, State.ANSWERED)) {
                Cancel waiting = scheduled;
                if (waiting != null) {
                    waiting.cancel();
                }
                reply.accept(answer);
            }
        }
    }

    /**
     * An attempt was received at {@code receivedAt}; it will be answered by {@code constant}, unless somebody claims it.
     * Whoever calls this has to claim it or to let it {@link Pending#fail}.
     */
    public Pending expect(Bytes constant, long receivedAt, Consumer<Bytes> reply) {
        Pending pending = new Pending(constant, reply);
        pending.schedule(receivedAt + LineRules.ANSWER_DELAY_MILLIS);
        return pending;
    }
}
