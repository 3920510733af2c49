package org.whodis.core.sframe;

import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.Secret;

/** What the call layer gives for an MLS epoch of the call's group: who is in it, and where its media keys come from. */
public interface EpochKeys {
    /** The MLS epoch. */
    long epoch();

    /** The leaves whose media may be played in this epoch: members whose role sends, and no others. */
    SortedSet<Integer> leaves();

    /**
     * The leaves whose member of the epoch before is gone. A leaf that is in {@link #leaves()} as well has been taken over by
     * somebody else, which the leaves alone do not show; one that is not in it need not be named.
     */
    default SortedSet<Integer> removed() {
        // TeaVM has no Collections.emptySortedSet.
        return new TreeSet<>();
    }

    /**
     * Whether no other epoch follows in this call. Then nothing can be missing: a frame that names another epoch is refused at
     * once, and raises no alarm.
     */
    default boolean isLast() {
        return false;
    }

    /**
     * {@code MLS-Exporter("SFrame 1.0 Base Key", "", 32)} of this epoch: the label is {@link MlsKeyId#EXPORTER_LABEL}, the
     * length {@link MediaFrame#BASE_KEY_LENGTH}. One value for all senders; the KID makes the keys differ (RFC 9605
     * section 5.2).
     *
     * @return a copy of the caller's own, which it erases
     */
    Secret baseKey();
}
