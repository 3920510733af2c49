package org.whodis.office.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.FromOffice;
import org.whodis.office.OfficeContext;
import org.whodis.office.http.MessageSocket;

/**
 * Sends a device's queue in order over one session. The queue is on disk; here is only how far it was sent. What has just
 * been queued comes along in memory, and is sent from there if nothing else stands before it.
 *
 * <p>Called by many threads; one at a time does the work, the others leave a mark that there is more.
 */
final class Outbox {
    /** Sent and not acknowledged: a reader that stops reading costs this much and no more. */
    static final int WINDOW = 32;

    private static final int BATCH = 8;

    private final OfficeContext office;
    private final DeviceId device;
    private final MessageSocket socket;
    private final AtomicInteger wanted = new AtomicInteger();
    private long sent;
    private volatile long acknowledged;

    Outbox(OfficeContext office, DeviceId device, MessageSocket socket) {
        this.office = office;
        this.device = device;
        this.socket = socket;
    }

    /**
     * Sends what can be sent.
     *
     * @param fresh what has just been committed to the device's queue, or null
     */
    void pump(@Nullable Delivery fresh) throws InterruptedException {
        if (wanted.getAndIncrement() != 0) {
            return;
        }
        boolean finished = false;
        try {
            if (fresh != null && fresh.sequence() == sent + 1 && hasRoom()) {
                send(fresh);
            } else {
                sendFromDisk();
            }
            for (int done = 1; wanted.addAndGet(-done) != 0; ) {
                done = wanted.get();
                sendFromDisk();
            }
            finished = true;
        } finally {
            if (!finished) {
                wanted.set(0);
            }
        }
    }

    void acknowledged(long sequence) {
        acknowledged = Math.max(acknowledged, sequence);
    }

    private void sendFromDisk() throws InterruptedException {
        while (hasRoom()) {
            long now = office.time().millis();
            List<Delivery> batch = office.store()
                    .transact(transaction -> transaction.envelopes().queue(device, sent, now, BATCH));
            if (batch.isEmpty()) {
                return;
            }
            if (sent == 0) {
                // All before the first was acknowledged in an earlier session.
                acknowledged(batch.getFirst().sequence() - 1);
            }
            for (Delivery delivery : batch) {
                if (!hasRoom() || !send(delivery)) {
                    return;
                }
            }
        }
    }

    private boolean hasRoom() {
        return sent - acknowledged < WINDOW && socket.isWritable();
    }

    private boolean send(Delivery delivery) {
        if (!socket.send(new FromOffice.Deliver(delivery).encode())) {
            return false;
        }
        sent = delivery.sequence();
        office.metrics().delivered();
        return true;
    }
}
