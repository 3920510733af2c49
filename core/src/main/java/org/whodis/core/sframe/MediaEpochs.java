package org.whodis.core.sframe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;

/**
 * One member's media through all epochs of a call: what it seals under, what it opens, and when it changes from one to the
 * other.
 *
 * <p>The contract: {@link #begin} each epoch when its Commit has been applied, {@link #seal} each frame when it is due, {@link
 * #open} each frame that arrives, then {@link #poll} and act on all it gives; poll again at {@link #pollAt} even if nothing
 * arrives. Time is in nanoseconds of one monotonic clock. Owned by one thread.
 *
 * <pre>
 *   a new epoch begins             | frames are opened under it | frames are sealed under it
 *   -------------------------------+----------------------------+------------------------------------------------
 *   the first one                  | at once                    | at once
 *   somebody is gone               | at once, and nothing more  | at once: whoever is gone must not hear another
 *                                  | is played of whoever left  | frame
 *   else: somebody new, new keys   | at once                    | after 500 ms, when the others have the Commit too;
 *                                  |                            | until then under the epoch before
 *   the Commit is missing ({@link OpenerEvent.CommitMissing})   | nothing is, until the next epoch begins or the alarm
 *                                                               | ends ({@link OpenerEvent.CommitNotMissing})
 * </pre>
 *
 * <p>Epochs that begin within those 500 ms each have their own; a later one in which somebody is gone overtakes them.
 */
public final class MediaEpochs {
    /** Longer than a Commit takes to everybody; far shorter than {@link FrameOpener} keeps an epoch that is over. */
    static final long SWITCH_NANOS = 500_000_000L;

    /**
     * Epochs that wait to be sealed under. Of more, the oldest is sealed under at once: the receivers do not keep more epochs
     * that are over than that.
     */
    static final int MAX_UPCOMING = 4;

    /** An epoch that is not sealed under yet. */
    private record Upcoming(long epoch, EncryptionKey key, long dueAt) {}

    private final FrameSealer sealer;
    private final FrameOpener opener;
    private final int ownLeaf;
    private final Deque<Upcoming> upcoming = new ArrayDeque<>();
    private SortedSet<Integer> leaves = new TreeSet<>();
    private boolean begun;
    private boolean commitMissing;

    /** Parameters as for {@link FrameSealer}. */
    public MediaEpochs(Primitives primitives, Bytes callId, int ownLeaf) {
        this.sealer = new FrameSealer(primitives, callId, ownLeaf);
        this.opener = new FrameOpener(primitives, callId, ownLeaf);
        this.ownLeaf = ownLeaf;
    }

    /**
     * A new epoch has begun for this member. A member that only listens is not among {@code keys.leaves()} and seals nothing.
     *
     * @throws IllegalArgumentException if the epoch is not a later one, or follows one that was said to be the last
     */
    public void begin(EpochKeys keys, long nowNanos) {
        boolean isFirst = !begun;
        boolean somebodyIsGone =
                !keys.leaves().containsAll(leaves) || !keys.removed().isEmpty();
        opener.switchTo(keys, nowNanos);
        begun = true;
        leaves = keys.leaves();
        if (!leaves.contains(ownLeaf)) {
            forgetUpcoming();
            sealer.stop();
        } else if (isFirst || somebodyIsGone || commitMissing) {
            forgetUpcoming();
            sealer.switchTo(keys);
        } else {
            upcoming.addLast(new Upcoming(keys.epoch(), sealer.keyOf(keys), nowNanos + SWITCH_NANOS));
            if (upcoming.size() > MAX_UPCOMING) {
                sealUnderNext();
            }
        }
        commitMissing = false;
    }

    /** Seals the next frame under the epoch whose time it is. */
    public SealResult seal(Bytes payload, long nowNanos) {
        while (!upcoming.isEmpty() && upcoming.getFirst().dueAt() - nowNanos <= 0) {
            sealUnderNext();
        }
        return commitMissing ? new SealResult.NotSealed(SealResult.Reason.COMMIT_MISSING) : sealer.seal(payload);
    }

    /** As {@link FrameOpener#open}. */
    public OpenResult open(Bytes frame, long nowNanos) {
        return opener.open(frame, nowNanos);
    }

    /** As {@link FrameOpener#poll}; while the alarm holds nothing is sealed. */
    public List<OpenerEvent> poll(long nowNanos) {
        List<OpenerEvent> events = opener.poll(nowNanos);
        for (OpenerEvent event : events) {
            commitMissing = event instanceof OpenerEvent.CommitMissing
                    || commitMissing && !(event instanceof OpenerEvent.CommitNotMissing);
        }
        return events;
    }

    /** As {@link FrameOpener#pollAt}; an epoch that waits to be sealed under needs no poll. */
    public long pollAt(long nowNanos) {
        return opener.pollAt(nowNanos);
    }

    /** The call is over: erases every key. */
    public void close() {
        forgetUpcoming();
        sealer.stop();
        opener.close();
    }

    private void sealUnderNext() {
        Upcoming next = upcoming.removeFirst();
        sealer.switchTo(next.epoch(), next.key());
    }

    private void forgetUpcoming() {
        upcoming.forEach(each -> each.key().erase());
        upcoming.clear();
    }
}
