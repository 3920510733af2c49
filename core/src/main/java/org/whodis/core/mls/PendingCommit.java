package org.whodis.core.mls;

import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * A Commit that was made and that the group has not followed yet: first it is sent, and only when it is known to be the one
 * that everybody follows (section 14) does its sender go on with {@link #next()}. If another Commit won, {@link #discard()}.
 */
public final class PendingCommit {
    private final MlsMessage commit;
    private final @Nullable Welcome welcome;
    private final MlsGroup next;

    PendingCommit(MlsMessage commit, @Nullable Welcome welcome, MlsGroup next) {
        this.commit = commit;
        this.welcome = welcome;
        this.next = next;
    }

    /** For the members of the present epoch. */
    public MlsMessage commit() {
        return commit;
    }

    /** As {@link #commit()}, in bytes. */
    public Bytes commitBytes() {
        return commit.encode();
    }

    /** For those who were added; null if nobody was. */
    public @Nullable Welcome welcome() {
        return welcome;
    }

    /** The group in the next epoch. */
    public MlsGroup next() {
        return next;
    }

    /** Erases the next epoch: another Commit won. */
    public void discard() {
        next.erase();
    }
}
