package org.whodis.office.http;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.whodis.core.wire.Bytes;

/** Counts connections, all together and by address, an IPv6 /64 counting as one address. */
final class AddressLimiter {
    private final int total;
    private final int perAddress;
    private final AtomicInteger open = new AtomicInteger();
    /** Holds no more entries than there are connections. */
    private final ConcurrentHashMap<Bytes, Integer> byAddress = new ConcurrentHashMap<>();

    AddressLimiter(int total, int perAddress) {
        this.total = total;
        this.perAddress = perAddress;
    }

    /** Whether one more is allowed. */
    enum Verdict {
        ADMITTED,
        TOO_MANY,
        TOO_MANY_OF_ONE_ADDRESS
    }

    Verdict admit(InetAddress address) {
        if (open.incrementAndGet() > total) {
            open.decrementAndGet();
            return Verdict.TOO_MANY;
        }
        int count = byAddress.merge(AddressKey.of(address), 1, Integer::sum);
        if (count > perAddress) {
            release(address);
            return Verdict.TOO_MANY_OF_ONE_ADDRESS;
        }
        return Verdict.ADMITTED;
    }

    void release(InetAddress address) {
        open.decrementAndGet();
        byAddress.computeIfPresent(AddressKey.of(address), (_, count) -> count == 1 ? null : count - 1);
    }
}
