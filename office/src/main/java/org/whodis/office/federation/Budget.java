package org.whodis.office.federation;

import java.util.concurrent.TimeUnit;
import org.whodis.office.OfficeTime;

/** So many of something at once, and so many a minute after that. */
final class Budget {
    private final OfficeTime time;
    private final double burst;
    private final double perNano;
    private double left;
    private long at;

    Budget(OfficeTime time, int burst, int perMinute) {
        this.time = time;
        this.burst = burst;
        this.perNano = perMinute / (double) TimeUnit.MINUTES.toNanos(1);
        this.left = burst;
        this.at = time.nanos();
    }

    synchronized boolean take() {
        long now = time.nanos();
        left = Math.min(burst, left + (now - at) * perNano);
        at = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
