package org.whodis.phone.media;

import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.Secret;
import org.whodis.core.sframe.EpochKeys;

/**
 * A copy of an epoch's keys on their way from the call engine's thread to the media thread; erased there once they are
 * installed. Not a record, because records print what they hold.
 */
public final class HeldEpoch implements EpochKeys {
    private final long epoch;
    private final SortedSet<Integer> leaves;
    private final Secret baseKey;

    private HeldEpoch(long epoch, SortedSet<Integer> leaves, Secret baseKey) {
        this.epoch = epoch;
        this.leaves = leaves;
        this.baseKey = baseKey;
    }

    public static HeldEpoch copyOf(EpochKeys keys) {
        return new HeldEpoch(keys.epoch(), new TreeSet<>(keys.leaves()), keys.baseKey());
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public SortedSet<Integer> leaves() {
        return new TreeSet<>(leaves);
    }

    @Override
    public Secret baseKey() {
        return Secret.owning(baseKey.expose());
    }

    /** Overwrites the key; further use is a fault. */
    public void erase() {
        baseKey.erase();
    }
}
