package org.whodis.core.sframe;

import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.Secret;

/** An epoch whose base key is made of its number. */
record TestEpoch(long epoch, SortedSet<Integer> leaves, SortedSet<Integer> removed, boolean isLast)
        implements EpochKeys {
    static TestEpoch of(long epoch, Integer... leaves) {
        return new TestEpoch(epoch, new TreeSet<>(java.util.List.of(leaves)), new TreeSet<>(), false);
    }

    /** The same epoch, before which the members of {@code gone} were removed. */
    TestEpoch removing(Integer... gone) {
        return new TestEpoch(epoch, leaves, new TreeSet<>(java.util.List.of(gone)), isLast);
    }

    /** The same epoch, of a call in which no other follows. */
    TestEpoch asLast() {
        return new TestEpoch(epoch, leaves, removed, true);
    }

    @Override
    public Secret baseKey() {
        byte[] key = new byte[MediaFrame.BASE_KEY_LENGTH];
        key[0] = (byte) epoch;
        key[1] = (byte) (epoch >> 8);
        return Secret.owning(key);
    }
}
