package org.whodis.office.enrol;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.AddressKey;

/** How often one address may ask: a bucket of tokens for each. */
final class AddressRate {
    /** Addresses remembered; the one that asked longest ago is forgotten and begins with a full bucket. */
    private static final int MAX_ADDRESSES = 10_000;

    private final double perSecond;
    private final double burst;
    private final Map<Bytes, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Bucket> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private static final class Bucket {
        double tokens;
        long at;
    }

    AddressRate(double perSecond, double burst) {
        this.perSecond = perSecond;
        this.burst = burst;
    }

    synchronized boolean allows(InetAddress address, long nowMillis) {
        Bucket bucket = buckets.get(AddressKey.of(address));
        if (bucket == null) {
            bucket = new Bucket();
            bucket.tokens = burst;
            bucket.at = nowMillis;
            buckets.put(AddressKey.of(address), bucket);
        }
        // A clock that was set back gives nothing and takes nothing.
        double elapsed = Math.max(0, nowMillis - bucket.at) / 1000.0;
        bucket.tokens = Math.min(burst, bucket.tokens + elapsed * perSecond);
        bucket.at = nowMillis;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }
}
