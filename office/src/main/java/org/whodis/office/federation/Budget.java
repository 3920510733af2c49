package org.whodis.office.federation;

import java.util.concurrent.TimeUnit;

/** So many of something at once, and so many a minute after that. */
final class Budget {
    private final double burst;
    private final double perNano;
    private double left;
    private long at;

    Budget(int burst, int perMinute) {
        this.burst = burst;
        this.perNano = perMinute / (double) TimeUnit.MINUTES.toNanos(1);
        this.left = burst;
        this.at = System.nanoTime();
    }

    synchronized boolean take() {
        long now = System.nanoTime();
        left = Math.min(burst, left + (now - at) * perNano);
        at = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
