package org.whodis.office.federation;

import java.util.concurrent.CompletableFuture;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerRequest;
import org.whodis.office.OfficeMoment;
import org.whodis.office.store.Store;

/** Does what other offices ask. Calls for one office come one at a time, in its order, on virtual threads. */
public sealed interface PeerHandler {
    /** For what is written down: the request is applied in the transaction that remembers that it was. */
    @FunctionalInterface
    non-sealed interface Durable extends PeerHandler {
        /** Looks at the request; here is the place for signatures, which must not be checked in a transaction. */
        Work prepare(RemoteOffice from, PeerRequest request) throws InterruptedException;
    }

    /** For what lives in memory. A request that comes again while it is remembered gets the same answer. */
    @FunctionalInterface
    non-sealed interface Volatile extends PeerHandler {
        CompletableFuture<PeerAnswer> handle(RemoteOffice from, PeerRequest request) throws InterruptedException;
    }

    /** What happens in the transaction. */
    @FunctionalInterface
    interface Work {
        Result apply(Store.Transaction transaction, OfficeMoment now);

        /** Nothing is to be written. */
        static Work answer(PeerAnswer answer) {
            return (_, _) -> Result.nothing(answer, 0);
        }
    }

    /**
     * What became of it.
     *
     * @param isApplied whether something was changed, so that the answer has to be remembered
     * @param answerAt when the answer goes out, in milliseconds since 1970; at once if that has passed
     * @param afterwards what may be done only once it is committed
     */
    record Result(PeerAnswer answer, boolean isApplied, long answerAt, Afterwards afterwards) {
        public static Result applied(PeerAnswer answer, Afterwards afterwards) {
            return new Result(answer, true, 0, afterwards);
        }

        public static Result nothing(PeerAnswer answer, long answerAt) {
            return new Result(answer, false, answerAt, () -> {});
        }
    }

    /** See {@link Result#afterwards}. */
    @FunctionalInterface
    interface Afterwards {
        void run() throws InterruptedException;
    }
}
