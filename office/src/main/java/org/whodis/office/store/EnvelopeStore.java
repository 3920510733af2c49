package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;

/**
 * Envelopes that were accepted, and for each device the queue of those that it has not acknowledged. Times are office time
 * ({@link org.whodis.office.OfficeTime}) but for {@code receivedAt}, which devices are told.
 */
public interface EnvelopeStore {
    /** Whether an envelope of that id was accepted and not forgotten yet. */
    boolean isKnown(EnvelopeId id);

    /** An envelope whose content has not gone. */
    @Nullable
    Envelope find(EnvelopeId id);

    /**
     * Keeps an envelope. Its content goes when it waits for nobody and is no Offer of a call that rings; its id stays.
     *
     * @param forgetAt until when the same id is not applied again
     */
    void add(Envelope envelope, long receivedAt, long forgetAt);

    /**
     * Puts a known envelope at the end of a device's queue and returns its sequence number there.
     *
     * @param keepUntil when it is dropped though nobody fetched it
     */
    long enqueue(DeviceId device, EnvelopeId envelope, Delivery.Kind kind, long keepUntil);

    /** What {@code device} has not acknowledged, after {@code sequence}, in order, at most {@code limit}. */
    List<Delivery> queue(DeviceId device, long sequence, long now, int limit);

    /** How many envelopes wait for {@code device}. */
    int queued(DeviceId device);

    /** {@code device} has dealt with everything up to {@code sequence}. */
    void acknowledge(DeviceId device, long sequence);

    /** Drops what nobody may want any more. */
    void prune(long now);
}
