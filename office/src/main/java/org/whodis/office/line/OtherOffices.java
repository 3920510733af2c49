package org.whodis.office.line;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/** What lines need of other offices. */
@FunctionalInterface
public interface OtherOffices {
    /** Talks to nobody. */
    OtherOffices NONE = (_, _, _, _, _) ->
            CompletableFuture.failedFuture(new UnsupportedOperationException("no other office can be reached"));

    /** What is asked. */
    enum Kind {
        /** A {@code SignedRedemption}; answered by a {@code RedemptionAnswer}. */
        REDEMPTION,
        /** A {@link LineNotice}; answered by nothing. */
        NOTICE,
        /** A {@code SignedKnock}; answered by nothing. */
        KNOCK
    }

    /**
     * Asks {@code to}.
     *
     * @param officeKey the key that it must have; null: whichever it has
     * @return the answer's body; exceptionally if it could not be asked or refused
     */
    CompletableFuture<Bytes> ask(OfficeDomain to, @Nullable Bytes officeKey, Kind kind, Bytes body, long deadline);
}
