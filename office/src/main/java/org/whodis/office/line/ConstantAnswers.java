package org.whodis.office.line;

import java.util.concurrent.atomic.AtomicBoolean;
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
        private final Consumer<Bytes> reply;
        private final AtomicBoolean isAnswered = new AtomicBoolean();
        private final Cancel scheduled;

        private Pending(Bytes constant, long receivedAt, Consumer<Bytes> reply) {
            this.reply = reply;
            this.scheduled = later.at(receivedAt + LineRules.ANSWER_DELAY_MILLIS, () -> answer(constant));
        }

        /**
         * Claims the answer for somebody who succeeds; false if the constant answer has gone out. Who claims it has to
         * {@link #succeed} before letting anything be seen.
         */
        public boolean claim() {
            return isAnswered.compareAndSet(false, true);
        }

        /** Answers at once what was claimed. */
        public void succeed(Bytes answer) {
            scheduled.cancel();
            reply.accept(answer);
        }

        private void answer(Bytes constant) {
            if (isAnswered.compareAndSet(false, true)) {
                reply.accept(constant);
            }
        }
    }

    /** An attempt was received at {@code receivedAt}; unless somebody claims it, it will be answered by {@code constant}. */
    public Pending expect(Bytes constant, long receivedAt, Consumer<Bytes> reply) {
        return new Pending(constant, receivedAt, reply);
    }
}
