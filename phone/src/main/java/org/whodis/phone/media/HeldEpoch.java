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
    private final SortedSet<Integer> removed;
    private final boolean isLast;
    private final Secret baseKey;

    private HeldEpoch(EpochKeys keys) {
        this.epoch = keys.epoch();
        this.leaves = new TreeSet<>(keys.leaves());
        this.removed = new TreeSet<>(keys.removed());
        this.isLast = keys.isLast();
        this.baseKey = keys.baseKey();
    }

    public static HeldEpoch copyOf(EpochKeys keys) {
        return new HeldEpoch(keys);
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
    public SortedSet<Integer> removed() {
        return new TreeSet<>(removed);
    }

    @Override
    public boolean isLast() {
        return isLast;
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
