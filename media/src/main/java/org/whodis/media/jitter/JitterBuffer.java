package org.whodis.media.jitter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns packets as the network delivers them into one frame every 20 ms: reorders, drops duplicates and late ones, says
 * where something has to be made up, and keeps the added delay as small as the network's jitter allows.
 *
 * <p>The contract: {@link #put} each packet when it arrives; call {@link #take} once every 20 ms of the player's own clock
 * and do what it says. Time is passed in, in nanoseconds of one monotonic clock. Nothing else happens inside; both
 * methods are called by one thread, or under one lock.
 *
 * <p><b>How the delay is chosen.</b> Frame {@code n} is due at {@code base + n * 20 ms + target}: the base is the smallest
 * transit of the last 10 s, the target the 97th percentile of how much longer other packets took, between
 * {@link #MIN_DELAY_NANOS} and {@link #MAX_DELAY_NANOS}. The playout delay is how long after {@code base + n * 20 ms} frame
 * {@code n} is in fact played.
 *
 * <pre>
 *   playout delay            | frame is there          | frame is missing
 *   -------------------------+-------------------------+------------------------------------------
 *   below target             | Frame; Conceal instead  | Conceal, and wait for it: the delay grows
 *                            |   when it may stretch   |
 *   within the dead band     | Frame                   | Conceal (Wait after 10) and go on
 *   above target + 25 ms     | Merge when it may       | Conceal (Wait after 10) and go on
 *   off by more than 200 ms  | jump to the frame that is due, then as above
 * </pre>
 *
 * <p>The dead band is wider than the 20 ms of one correction, so that corrections do not answer each other. Corrections
 * are made at once in quiet moments, which the player reports, else rarely. Clock drift between the two sides shows as a
 * playout delay that creeps to an edge of the band, and needs no rule of its own.
 */
public final class JitterBuffer {
    public static final long FRAME_NANOS = 20_000_000L;

    /** One frame: less would let the player's own thread run the buffer dry. */
    public static final long MIN_DELAY_NANOS = 20_000_000L;

    /** Beyond this people begin to talk across each other (ITU-T G.114 asks for 150 ms and allows 400 in all). */
    public static final long MAX_DELAY_NANOS = 200_000_000L;

    /** Room for frames: the largest delay, a burst after a stall, and half a second. A power of two. */
    static final int CAPACITY = 64;

    /** How far back copies are recognised: 5 s. A power of two. */
    private static final int SEEN = 256;

    /** The largest Opus packet of one frame; longer payloads are refused. */
    static final int MAX_PAYLOAD = 1_276;

    private static final long BAND_ABOVE_NANOS = 25_000_000L;
    private static final long JUMP_NANOS = 200_000_000L;

    /** The playout delay is judged over this many calls, since the player's thread wakes late now and then. */
    private static final int JUDGED_TICKS = 10;

    /** Calls between two corrections in quiet, in speech, and in speech when more than three frames are too many. */
    private static final int QUIET_SPACING = 2;

    private static final int SPEECH_SPACING = 25;
    private static final int URGENT_SPACING = 5;
    private static final long URGENT_NANOS = 3 * FRAME_NANOS;

    /** Concealment fades out by itself; after 200 ms there is nothing left of it. */
    private static final int CONCEAL_LIMIT = 10;

    /**
     * A longer path for good, as against a burst after a stall: so many packets in a row too late for the largest target,
     * arriving over at least so long.
     */
    private static final int PATH_CHANGE_PACKETS = 10;

    private static final long PATH_CHANGE_NANOS = 150_000_000L;

    private static final long NONE = Long.MIN_VALUE;

    private static final Playout CONCEAL = new Playout.Conceal();
    private static final Playout WAIT = new Playout.Wait();

    /** What became of a packet. */
    public enum Put {
        QUEUED,
        /** Its frame was due before; dropped. */
        LATE,
        DUPLICATE,
        /** Fits no timeline; kept until the next packet shows whether the sender has started again. */
        HELD,
        REFUSED
    }

    private final byte[] @Nullable [] slots = new byte[CAPACITY][];
    private final long[] slotFrame = new long[CAPACITY];

    /** Which frames came lately, played or not, so that a copy of one is not taken for a late packet. */
    private final long[] seenFrame = new long[SEEN];

    private final Timeline timeline = new Timeline();
    private final DelayEstimator delays = new DelayEstimator();

    /** {@code now - frame * 20 ms} of the last calls: the playout delay once the base is subtracted. */
    private final long[] judged = new long[JUDGED_TICKS];

    private int judgedCount;
    private int sinceCorrection;
    private int concealedInRow;

    private boolean started;
    private boolean anything;
    private long next = Timeline.FIRST_FRAME;
    private long newest = Timeline.FIRST_FRAME;
    private long origin;
    private long lastQueued;

    private int tooLateInRow;
    private long tooLateSince;
    private long tooLateSmallest;

    private long lastTransit;
    private double jitter;

    private long received;
    private long played;
    private long lost;
    private long late;
    private long duplicates;
    private long refused;
    private long discarded;
    private long stretched;
    private long merged;
    private long restarts;
    private long playoutDelay;

    public JitterBuffer() {
        Arrays.fill(slotFrame, NONE);
        Arrays.fill(seenFrame, NONE);
    }

    /**
     * Takes a packet.
     *
     * @param sequence the low 16 bits count
     * @param rtpTimestamp 48 kHz, all 32 bits count; 960 more per packet
     * @param payload taken over, not copied
     * @param arrivalNanos when it arrived
     */
    public Put put(int sequence, int rtpTimestamp, byte[] payload, long arrivalNanos) {
        received++;
        if (payload.length > MAX_PAYLOAD) {
            refused++;
            return Put.REFUSED;
        }
        if (!anything) {
            anything = true;
            origin = arrivalNanos;
        }
        Timeline.Arrival packet = new Timeline.Arrival(sequence, rtpTimestamp, payload, arrivalNanos - origin);
        long frame = timeline.place(packet);
        if (frame != Timeline.UNPLACED) {
            return queue(packet, frame);
        }
        Timeline.Arrival confirmed = timeline.holdOrConfirm(packet);
        if (confirmed == null) {
            refused++;
            return Put.HELD;
        }
        restarts++;
        refused--;
        queue(confirmed, timeline.place(confirmed));
        return queue(packet, timeline.place(packet));
    }

    /**
     * What to play in the next 20 ms.
     *
     * @param quiet whether the frame played last was so quiet that a correction would not be heard
     */
    public Playout take(long nowNanos, boolean quiet) {
        if (!anything) {
            return WAIT;
        }
        long now = nowNanos - origin;
        long target = targetNanos();
        if (!started && !start(now, target)) {
            return WAIT;
        }
        jumpIfFarOff(now, target);
        judge(now);
        long delay = playoutDelay(now);
        playoutDelay = delay;
        sinceCorrection++;
        boolean present = isPresent(next);
        if (delay < target && (!present || mayStretch(target, quiet))) {
            return stretch();
        }
        if (!present) {
            return skipLost();
        }
        if (isPresent(next + 1) && mayMerge(target, quiet)) {
            return merge();
        }
        concealedInRow = 0;
        played++;
        long frame = next++;
        return new Playout.Frame(frame, remove(frame));
    }

    /** The place on the timeline that the packet put last was given, if {@link Put#QUEUED} was its fate. */
    long lastQueued() {
        return lastQueued;
    }

    public JitterStatistics statistics() {
        int buffered = 0;
        for (long frame : slotFrame) {
            buffered += frame != NONE ? 1 : 0;
        }
        return new JitterStatistics(
                received,
                played,
                lost,
                late,
                duplicates,
                refused,
                discarded,
                stretched,
                merged,
                restarts,
                (long) jitter,
                targetNanos(),
                playoutDelay,
                buffered);
    }

    private Put queue(Timeline.Arrival packet, long frame) {
        if (seenFrame[seenSlot(frame)] == frame) {
            duplicates++;
            return Put.DUPLICATE;
        }
        seenFrame[seenSlot(frame)] = frame;
        long transit = packet.nanos - frame * FRAME_NANOS;
        updateJitter(transit);
        long above = delays.record(transit, packet.nanos);
        if (frame < next && (started || newest - frame >= CAPACITY)) {
            late++;
            watchForPathChange(transit, above, packet.nanos);
            return Put.LATE;
        }
        tooLateInRow = 0;
        newest = Math.max(newest, frame);
        next = Math.min(next, frame);
        // The player stands still: the oldest frames go, because the newest are the ones worth hearing.
        if (frame - next >= CAPACITY) {
            jumpTo(frame - CAPACITY + 1);
        }
        slots[slot(frame)] = packet.payload;
        slotFrame[slot(frame)] = frame;
        lastQueued = frame;
        return Put.QUEUED;
    }

    private boolean start(long now, long target) {
        long due = dueFrame(now, target);
        if (due < next) {
            return false;
        }
        jumpTo(due);
        started = true;
        return true;
    }

    private void jumpIfFarOff(long now, long target) {
        long excess = playoutDelay(now) - target;
        if (excess > JUMP_NANOS || excess < -JUMP_NANOS) {
            jumpTo(dueFrame(now, target));
        }
    }

    private void jumpTo(long frame) {
        for (int slot = 0; slot < CAPACITY; slot++) {
            if (slotFrame[slot] != NONE && slotFrame[slot] < frame) {
                remove(slotFrame[slot]);
                discarded++;
            }
        }
        next = frame;
        judgedCount = 0;
    }

    /** The latest frame that is due at {@code now}. */
    private long dueFrame(long now, long target) {
        return Math.floorDiv(now - delays.base() - target, FRAME_NANOS);
    }

    private Playout stretch() {
        stretched++;
        corrected(FRAME_NANOS);
        return conceal();
    }

    private Playout skipLost() {
        lost++;
        next++;
        return conceal();
    }

    private Playout conceal() {
        concealedInRow++;
        return concealedInRow > CONCEAL_LIMIT ? WAIT : CONCEAL;
    }

    private Playout merge() {
        merged++;
        played += 2;
        corrected(-FRAME_NANOS);
        concealedInRow = 0;
        long frame = next;
        byte[] first = remove(next++);
        byte[] second = remove(next++);
        return new Playout.Merge(frame, first, second);
    }

    /** What was judged before is as if the correction had been made before. */
    private void corrected(long change) {
        sinceCorrection = 0;
        for (int i = 0; i < JUDGED_TICKS; i++) {
            judged[i] += change;
        }
    }

    private boolean mayStretch(long target, boolean quiet) {
        long most = Long.MIN_VALUE;
        for (int i = 0; i < Math.min(judgedCount, JUDGED_TICKS); i++) {
            most = Math.max(most, judged[i] - delays.base());
        }
        long missing = target - most;
        return judgedCount >= JUDGED_TICKS && missing > 0 && isTimeToCorrect(missing, quiet);
    }

    private boolean mayMerge(long target, boolean quiet) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < Math.min(judgedCount, JUDGED_TICKS); i++) {
            least = Math.min(least, judged[i] - delays.base());
        }
        long excess = least - target - BAND_ABOVE_NANOS;
        return judgedCount >= JUDGED_TICKS && excess > 0 && isTimeToCorrect(excess, quiet);
    }

    private boolean isTimeToCorrect(long error, boolean quiet) {
        int spacing = quiet ? QUIET_SPACING : error > URGENT_NANOS ? URGENT_SPACING : SPEECH_SPACING;
        return sinceCorrection >= spacing;
    }

    private void judge(long now) {
        judged[judgedCount % JUDGED_TICKS] = now - next * FRAME_NANOS;
        // Counts on from JUDGED_TICKS round and round.
        judgedCount = judgedCount == 2 * JUDGED_TICKS - 1 ? JUDGED_TICKS : judgedCount + 1;
    }

    private long playoutDelay(long now) {
        return now - next * FRAME_NANOS - delays.base();
    }

    private long targetNanos() {
        return Math.clamp(delays.percentileNanos(), MIN_DELAY_NANOS, MAX_DELAY_NANOS);
    }

    /** Without this a path that became longer than the largest target would silence the sender until the base has aged. */
    private void watchForPathChange(long transit, long above, long arrival) {
        if (above <= MAX_DELAY_NANOS) {
            tooLateInRow = 0;
            return;
        }
        if (tooLateInRow++ == 0) {
            tooLateSince = arrival;
            tooLateSmallest = transit;
        }
        tooLateSmallest = Math.min(tooLateSmallest, transit);
        if (tooLateInRow >= PATH_CHANGE_PACKETS && arrival - tooLateSince >= PATH_CHANGE_NANOS) {
            delays.rebase(tooLateSmallest, arrival);
            tooLateInRow = 0;
        }
    }

    /** RFC 3550 section 6.4.1: J += (|D| - J) / 16. */
    private void updateJitter(long transit) {
        if (received > 1) {
            jitter += (Math.abs(transit - lastTransit) - jitter) / 16;
        }
        lastTransit = transit;
    }

    private boolean isPresent(long frame) {
        return slotFrame[slot(frame)] == frame;
    }

    private byte[] remove(long frame) {
        int slot = slot(frame);
        byte[] payload = slots[slot];
        if (payload == null || slotFrame[slot] != frame) {
            throw new IllegalStateException("frame " + frame + " is not in the buffer");
        }
        slots[slot] = null;
        slotFrame[slot] = NONE;
        return payload;
    }

    private static int slot(long frame) {
        return (int) (frame & (CAPACITY - 1));
    }

    private static int seenSlot(long frame) {
        return (int) (frame & (SEEN - 1));
    }
}
