package org.whodis.media.jitter;

import org.jspecify.annotations.Nullable;

/**
 * Gives each packet its frame number: sequence numbers without their wrap, on one timeline that goes on when the sender
 * starts again with other numbers.
 *
 * <p>A packet fits when its RTP timestamp and its sequence number agree with those before (960 per packet) and it does not
 * come before its time. One that does not fit is held until the next one confirms it, as RFC 3550 appendix A.1 does;
 * then the timeline goes on with the frame that was due when it arrived.
 */
final class Timeline {
    static final long UNPLACED = Long.MIN_VALUE;

    /** Above zero, so that packets from before the first one have a number too. */
    static final long FIRST_FRAME = 1L << 20;

    static final int TIMESTAMP_STEP = 960;

    /** Packets may come this much earlier than by the one before them, because that one may have been delayed itself. */
    private static final long EARLY_FRAMES = 100;

    /** Confirms a restart only within this many packets. */
    private static final int CONFIRM_WITHIN = 50;

    private static final long FRAME_NANOS = 20_000_000L;

    /** A packet as it came, before its place is known. */
    static final class Arrival {
        final int sequence;
        final int timestamp;
        final byte[] payload;
        final long nanos;

        Arrival(int sequence, int timestamp, byte[] payload, long nanos) {
            this.sequence = sequence & 0xffff;
            this.timestamp = timestamp;
            this.payload = payload;
            this.nanos = nanos;
        }
    }

    /** The latest packet that was placed: numbers continue from it. */
    private @Nullable Arrival latest;

    private long latestFrame = FIRST_FRAME;
    private @Nullable Arrival candidate;

    /** The frame number of {@code packet}, or {@link #UNPLACED}. */
    long place(Arrival packet) {
        Arrival last = latest;
        if (last == null) {
            latest = packet;
            return latestFrame;
        }
        int step = step(last, packet);
        if (!timestampsAgree(last, packet, step)) {
            return UNPLACED;
        }
        long elapsedFrames = (packet.nanos - last.nanos) / FRAME_NANOS;
        if (step > elapsedFrames + EARLY_FRAMES) {
            return UNPLACED;
        }
        long frame = latestFrame + step;
        if (step > 0) {
            latest = packet;
            latestFrame = frame;
        }
        return frame;
    }

    /**
     * Takes a packet that did not fit. If it confirms the one held before, the timeline continues from that one, which is
     * returned: place both, in this order.
     */
    @Nullable
    Arrival holdOrConfirm(Arrival packet) {
        Arrival held = candidate;
        candidate = packet;
        if (held == null || latest == null) {
            return null;
        }
        int step = step(held, packet);
        if (step < 1 || step > CONFIRM_WITHIN || !timestampsAgree(held, packet, step)) {
            return null;
        }
        candidate = null;
        latestFrame += Math.max(1, Math.round((double) (held.nanos - latest.nanos) / FRAME_NANOS));
        latest = held;
        return held;
    }

    private static int step(Arrival from, Arrival to) {
        return (short) (to.sequence - from.sequence);
    }

    private static boolean timestampsAgree(Arrival from, Arrival to, int step) {
        return to.timestamp - from.timestamp == step * TIMESTAMP_STEP;
    }
}
