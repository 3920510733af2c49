package org.whodis.relay;

/** Who has something to do at a time of its own. */
abstract sealed class Ticking permits Member, TrunkLeg {
    private long nextTickAt;
    private boolean removed;

    final void scheduleTick(long atNanos) {
        nextTickAt = atNanos;
    }

    final long nextTickAt() {
        return nextTickAt;
    }

    final boolean isRemoved() {
        return removed;
    }

    /** Erases its keys. */
    void remove() {
        removed = true;
    }
}
