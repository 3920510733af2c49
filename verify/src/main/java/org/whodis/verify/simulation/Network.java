package org.whodis.verify.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** The networks between phones and offices: how long things take, what gets lost, who cannot reach whom. */
final class Network {
    /** While parted, a connection tries again so often. */
    static final long RETRY_MILLIS = 250;

    /** What parts the two offices. */
    static final String OFFICES = "between offices";

    private static final int USUAL_MILLIS = 20;

    private final World world;
    private final Random random;
    private boolean hasParted;
    /** Until when a device is parted from its office, or the offices from each other. */
    private final Map<String, Long> partedUntil = new HashMap<>();

    Network(World world) {
        this.world = world;
        this.random = world.stream("network");
    }

    /** How long the next message takes. */
    long delay(String device) {
        long usual = 1L + random.nextInt(USUAL_MILLIS);
        if (world.has(Fault.DELAY) && random.nextInt(12) == 0) {
            return usual + random.nextInt(random.nextInt(4) == 0 ? 8_000 : 800);
        }
        return usual;
    }

    void part(String device, long millis) {
        hasParted = true;
        partedUntil.put(device, world.now() + millis);
    }

    boolean hasParted() {
        return hasParted;
    }

    boolean isParted(String device) {
        return partedUntil.getOrDefault(device, 0L) > world.now();
    }

    void heal() {
        partedUntil.clear();
    }

    /** One datagram: carried out never, once or more often, now or later. */
    void datagram(String device, Runnable arrival) {
        boolean lost = world.has(Fault.LOSS) && random.nextInt(10) == 0;
        if (lost || isParted(device)) {
            return;
        }
        world.in(datagramDelay(), arrival);
        if (world.has(Fault.DUPLICATION) && random.nextInt(10) == 0) {
            world.in(datagramDelay(), arrival);
        }
    }

    private long datagramDelay() {
        boolean overtaken = world.has(Fault.REORDERING) && random.nextInt(6) == 0;
        return overtaken ? 200 + random.nextInt(1_500) : 10 + random.nextInt(20);
    }
}
