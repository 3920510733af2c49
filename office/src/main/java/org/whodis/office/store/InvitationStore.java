package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;

/** Invitations and what became of them (protocol section 3). Their secrets are not here, only SHA-256 of them. */
public interface InvitationStore {
    /**
     * An invitation.
     *
     * @param expiresAt until when it may be used; once revealed, until when the operator may confirm it
     */
    record Invitation(Bytes secretHash, String name, String title, long createdAt, long expiresAt, Progress progress) {
        public Invitation at(long newExpiresAt, Progress newProgress) {
            return new Invitation(secretHash, name, title, createdAt, newExpiresAt, newProgress);
        }

        public Invitation at(Progress newProgress) {
            return at(expiresAt, newProgress);
        }
    }

    /** How far enrolment has come: Open, then Committed, Revealed, and Confirmed or Refused. Never back. */
    sealed interface Progress {}

    /** Nobody has used it. */
    record Open() implements Progress {}

    /** A device is bound to {@code commitment}. */
    record Committed(Bytes commitment, Bytes officeNonce) implements Progress {}

    /** The commitment was opened; the operator has to hear {@code words}, which have spaces between. */
    record Revealed(
            Bytes commitment,
            Bytes officeNonce,
            Bytes genesis,
            HybridSignature byDevice,
            Bytes deviceNonce,
            String words,
            long revealedAt)
            implements Progress {}

    record Confirmed(PrincipalId principal) implements Progress {}

    record Refused() implements Progress {}

    void add(Invitation invitation);

    @Nullable
    Invitation find(Bytes secretHash);

    /** Writes the progress of an invitation that is there. */
    void update(Invitation invitation);

    /** Those that wait for the operator and have not expired, oldest first. */
    List<Invitation> revealed(long now);

    /** How many could still be used. */
    int countOpen(long now);

    /** Forgets those that expired before {@code before}. */
    void prune(long before);
}
