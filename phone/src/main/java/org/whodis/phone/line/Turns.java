package org.whodis.phone.line;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.whodis.core.line.LineException;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.PhoneException;

/**
 * Actions that have the turn one after another, each on a virtual thread of its own, which blocks where it waits. Whoever waits
 * for an office that may be far away or dead gives the turn away meanwhile ({@link #away}): a ring, or what a person wants now,
 * does not wait for that. What an action knew before may have changed when it has the turn again.
 */
final class Turns implements AutoCloseable {
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("whodis-lines-", 0).factory());

    /** The result of {@code action}, which has the turn; what it throws is what the future ends with. */
    <T> CompletableFuture<T> run(Callable<@Nullable T> action) {
        CompletableFuture<T> out = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    complete(out, inTurn(action));
                } catch (DecodeException e) {
                    out.completeExceptionally(new PhoneException("The office sent what no office sends."));
                } catch (LineException e) {
                    out.completeExceptionally(new PhoneException(sentence(e.reason())));
                } catch (CompletionException e) {
                    out.completeExceptionally(e.getCause() == null ? e : e.getCause());
                } catch (Exception e) {
                    out.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            out.completeExceptionally(new PhoneException("The phone was closed."));
        }
        return out;
    }

    /** Waits for {@code action} without the turn, which is the caller's before and afterwards. */
    <T> T away(Callable<T> action) throws Exception {
        turn.unlock();
        try {
            return action.call();
        } finally {
            turn.lock();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private <T> @Nullable T inTurn(Callable<@Nullable T> action) throws Exception {
        turn.lockInterruptibly();
        try {
            return action.call();
        } finally {
            turn.unlock();
        }
    }

    private static String sentence(LineException.Reason reason) {
        return switch (reason) {
            case NO_SUCH_LINE ->
                "There is no such line for you: it was withdrawn, somebody else has redeemed it, or it never was. Ask"
                        + " whoever gave it for another one.";
            case GIVEN_BY_YOURSELF -> "This is a line that you gave yourself.";
            case NOT_GIVEN -> "You gave no such line. Look at: whodis line list";
            case NOBODY_WAITS -> "Nobody waits for a yes on this line.";
            case SOMEBODY_ELSE_WAITS ->
                "Your office shows somebody else now than a moment ago. Nothing was decided; look again at: whodis line"
                        + " list";
            case NO_HOLDER ->
                "This line has no holder yet who could be given another one. Withdraw it and make a new one.";
            case NOT_KEPT -> "It was done, but your office did not keep it. Try once more.";
            case NOT_ITS_RENEWAL ->
                "The office offers another line than the one that took the old one's place, or one that cannot be read.";
            case MALFORMED,
                    NOT_SIGNED_BY_ITS_DEVICE,
                    ANOTHER_LINE_KEY,
                    NOT_SIGNED_BY_THE_LINE,
                    BAD_CHAIN,
                    ANOTHER_PARTY,
                    ANOTHER_OFFICE,
                    NOT_FRESH,
                    BAD_CARD,
                    NOT_SEALED_TO_US ->
                "What came about this line does not hold (" + reason + "); nothing was changed.";
        };
    }

    @SuppressWarnings("NullAway") // a null result is the action's own: Void
    private static <T> void complete(CompletableFuture<T> out, @Nullable T result) {
        out.complete(result);
    }
}
