package org.whodis.office.media;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.whodis.office.OfficeContext;
import org.whodis.relay.udp.UdpRelay;

/**
 * Replaces the relay when it has died, or does not move any more, and sees to it that the calls find the new one.
 *
 * <p>A death is told by the relay's own last words, and noticed by {@link #tick} should those have been lost.
 */
public final class RelayGuard {
    /**
     * Ticks in a row in which a relay that was nudged has not gone round: 5 s at four ticks a second. Counted, not timed, so
     * that a machine that stood still as a whole takes no relay for stuck.
     */
    static final int STUCK_TICKS = 20;

    private final OfficeContext office;
    private final UdpRelay relay;
    private final Runnable replaced;
    private final ReentrantLock lock = new ReentrantLock();
    private long turnsSeen = -1;
    /** Counted by the tick; looked at by whoever asks how the office is. */
    private volatile int ticksWithoutTurn;

    private volatile boolean closed;

    /** @param replaced called after each replacement: all places and trunks are gone */
    public RelayGuard(OfficeContext office, UdpRelay relay, Runnable replaced) {
        this.office = office;
        this.relay = relay;
        this.replaced = replaced;
        relay.onDeath(
                () -> Thread.ofVirtual().name("office-relay-replace").start(() -> replaceIf(!relay.isAlive(), "died")));
    }

    /** Whether media can flow. */
    public boolean isHealthy() {
        return relay.isAlive() && ticksWithoutTurn < STUCK_TICKS;
    }

    /** To be called four times a second. */
    public void tick() {
        long turns = relay.turns();
        ticksWithoutTurn = turns == turnsSeen ? ticksWithoutTurn + 1 : 0;
        turnsSeen = turns;
        if (!relay.isAlive()) {
            replaceIf(true, "found dead");
        } else if (ticksWithoutTurn >= STUCK_TICKS) {
            replaceIf(true, "stuck");
        } else {
            relay.nudge();
        }
    }

    /** The operator wants another one. */
    public void replace() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                restart("asked for");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is replaced from now on. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void replaceIf(boolean wanted, String why) {
        if (!wanted || !lock.tryLock()) {
            // Somebody is at it.
            return;
        }
        try {
            if (!closed && (!relay.isAlive() || ticksWithoutTurn >= STUCK_TICKS)) {
                restart(why);
            }
        } catch (IOException e) {
            // The next tick tries again; meanwhile the office says that it is not healthy.
            office.log().warn("relay.not_replaced", "reason", String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    private void restart(String why) throws IOException {
        long began = System.nanoTime();
        if (ticksWithoutTurn >= STUCK_TICKS) {
            // Waiting for its thread would only make the calls wait too.
            relay.restartStuck();
        } else {
            relay.restart();
        }
        ticksWithoutTurn = 0;
        office.metrics().relayReplaced();
        replaced.run();
        office.log()
                .warn(
                        "relay.replaced",
                        "reason",
                        why,
                        "port",
                        relay.localAddress().getPort(),
                        "millis",
                        (System.nanoTime() - began) / 1_000_000);
    }
}
