package org.whodis.core.line;

import java.util.function.Function;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * How far something has come that takes questions to the office: it is over, and here is its result; or this is to be asked,
 * and {@link Next} goes on from the answer. Whoever carries it out decides how long to wait, and what else may happen meanwhile.
 * A question that is refused or never answered ends it; what was asked before stays done, and nothing else has changed.
 */
public sealed interface LineStep<T> {
    /** It is over. */
    record Done<T>(T result) implements LineStep<T> {}

    /**
     * The office is to be asked.
     *
     * @param isElsewhere whether another office answers: that may take seconds, and what is known may be something else
     *     afterwards
     */
    record Ask<T>(LineRequest request, boolean isElsewhere, Next<T> next) implements LineStep<T> {}

    /** Goes on from the body of the office's answer, at {@code now} in milliseconds since 1970. */
    @FunctionalInterface
    interface Next<T> {
        LineStep<T> from(Bytes answer, long now) throws DecodeException, LineException;
    }

    /** What is done with the result of another step. */
    @FunctionalInterface
    interface Then<T, U> {
        LineStep<U> with(T result, long now) throws DecodeException, LineException;
    }

    static <T> LineStep<T> ask(LineRequest request, Next<T> next) {
        return new Ask<>(request, false, next);
    }

    /** This, and then {@code then}; {@code now} is the time at which this was made. */
    default <U> LineStep<U> then(long now, Then<T, U> then) throws DecodeException, LineException {
        return switch (this) {
            case Done<T>(T result) -> then.with(result, now);
            case Ask<T>(LineRequest request, boolean isElsewhere, Next<T> next) ->
                new Ask<>(
                        request,
                        isElsewhere,
                        (answer, later) -> next.from(answer, later).then(later, then));
        };
    }

    /** This, with another result. */
    default <U> LineStep<U> map(Function<T, U> to) {
        return switch (this) {
            case Done<T>(T result) -> new Done<>(to.apply(result));
            case Ask<T>(LineRequest request, boolean isElsewhere, Next<T> next) ->
                new Ask<>(
                        request,
                        isElsewhere,
                        (answer, later) -> next.from(answer, later).map(to));
        };
    }
}
