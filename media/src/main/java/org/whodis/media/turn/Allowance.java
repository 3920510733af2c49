package org.whodis.media.turn;

/** So many a second for long, and so many at once. */
final class Allowance {
    private static final double SECOND = 1e9;

    private final int perSecond;
    private final int burst;
    private double left;
    private long at;

    Allowance(int perSecond, int burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.left = burst;
        this.at = nowNanos;
    }

    /** Whether there is one left; then it is taken. */
    boolean take(long nowNanos) {
        left = Math.min(burst, left + Math.max(0, nowNanos - at) / SECOND * perSecond);
        at = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
