package org.whodis.office.line;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.whodis.core.line.LineRules;
import org.whodis.core.wire.Bytes;

/**
 * The answer that every attempt on a line gets unless it succeeds: the same bytes, {@link LineRules#ANSWER_DELAY_MILLIS} after
 * receipt. It is scheduled before anything is looked at, so what is then found cannot move it.
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

        private final Consumer<Bytes> reply;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private final Cancel scheduled;

        private Pending(Bytes constant, long receivedAt, Consumer<Bytes> reply) {
            this.reply = reply;
            this.scheduled = later.at(receivedAt + LineRules.ANSWER_DELAY_MILLIS, () -> {
                if (state.compareAndSet(State.WAITING, State.ANSWERED)) {
                    reply.accept(constant);
                }
            });
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
                scheduled.cancel();
                reply.accept(answer);
            }
        }
    }

    /** An attempt was received at {@code receivedAt}; unless somebody claims it, it will be answered by {@code constant}. */
    public Pending expect(Bytes constant, long receivedAt, Consumer<Bytes> reply) {
        return new Pending(constant, receivedAt, reply);
    }
}
