package org.whodis.core.sframe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/**
 * Opens the media of all other members of one call.
 *
 * <p>The contract: {@link #switchTo} each epoch when its Commit has been applied, {@link #open} each frame when it arrives,
 * then {@link #poll} and act on all it gives; poll again at {@link #pollAt} even if nothing arrives. Time is in nanoseconds of
 * one monotonic clock. Owned by one thread.
 *
 * <pre>
 *   epoch of the frame              | what happens
 *   --------------------------------+--------------------------------------------------------------
 *   current                         | opened
 *   earlier, ended &lt; 1 s ago        | opened; but from a removed leaf never again, its key is erased
 *   newer, or any before the first  | held for at most 200 ms, then refused; refused at once if the current is the last
 *   any other                       | refused
 * </pre>
 *
 * <p><em>The alarm.</em> A frame that names an epoch whose Commit has not come cannot be authenticated: the relay can make as
 * many as it likes. So they raise the alarm, but only about a member of the present epoch of whom, for
 * {@link #COMMIT_MISSING_NANOS}, such frames have come and nothing authentic under the epochs that are known: whoever has moved
 * on never sends under an old epoch again. To raise it falsely the relay has to withhold a member's media for as long, which
 * by itself makes the call fall silent; and it cannot be kept from withholding the frames that would rightly raise it. The
 * alarm holds no longer than what it rests on: it ends with something authentic of that member, and {@link #STRAY_NANOS}
 * after the last such frame. Else two members who were both made to stop would wait for each other for ever.
 *
 * <p>A frame is opened at most once, by a window of {@link ReplayWindow#SIZE} counters per epoch and sender; older counters
 * are refused, seen or not.
 */
public final class FrameOpener {
    private static final long MILLISECOND = 1_000_000L;

    /** For frames that were on their way when the sender switched. */
    static final long PREVIOUS_EPOCH_NANOS = 1_000 * MILLISECOND;

    /** A Commit that takes longer than this came too late for speech. */
    static final long HOLD_NANOS = 200 * MILLISECOND;

    /** So long may frames of a newer epoch come without its Commit before the alarm. */
    static final long COMMIT_MISSING_NANOS = 2_000 * MILLISECOND;

    /** So long after the last of such frames they count as strays, and what rests on them ends. */
    private static final long STRAY_NANOS = 1_000 * MILLISECOND;

    /** 200 ms of frames of six speakers: 12 KiB. */
    static final int MAX_HELD = 64;

    /** Several Commits within a second are possible; more than this are not waited for. */
    private static final int MAX_PREVIOUS_EPOCHS = 4;

    /** Epochs in a KID count modulo this; the upper half of the circle is the past. */
    private static final int EPOCH_CIRCLE = 1 << MediaFrame.EPOCH_BITS;

    /** One epoch's keys. */
    private static final class Epoch {
        final long number;
        final boolean isLast;
        final Map<Integer, SenderKey> senders = new TreeMap<>();
        long endsAt = Long.MAX_VALUE;

        Epoch(long number, boolean isLast) {
            this.number = number;
            this.isLast = isLast;
        }

        void erase(int leaf) {
            SenderKey sender = senders.remove(leaf);
            if (sender != null) {
                sender.key.erase();
            }
        }

        void eraseAll() {
            senders.values().forEach(sender -> sender.key.erase());
            senders.clear();
        }
    }

    /** A frame that waits for its epoch. */
    private record Waiting(Bytes frame, long until) {}

    /** A member whose frames name a newer epoch, and nothing else has come of it since. */
    private static final class Ahead {
        long since;
        long last;

        Ahead(long nowNanos) {
            since = nowNanos;
            last = nowNanos;
        }

        boolean isStray(long nowNanos) {
            return nowNanos - last >= STRAY_NANOS;
        }
    }

    private final Primitives primitives;
    private final Bytes callId;
    private final int ownLeaf;
    private @Nullable Epoch current;
    private final List<Epoch> previous = new ArrayList<>();
    private final Deque<Waiting> held = new ArrayDeque<>();
    private boolean epochArrived;

    private final Map<Integer, Ahead> ahead = new TreeMap<>();
    private boolean alarmGiven;

    /** Opens nothing until {@link #switchTo}; parameters as for {@link FrameSealer}. */
    public FrameOpener(Primitives primitives, Bytes callId, int ownLeaf) {
        this.primitives = primitives;
        this.callId = callId;
        this.ownLeaf = ownLeaf;
    }

    /**
     * A new epoch has begun. Keys of leaves that are no longer in it are erased at once, those of the epoch before after a
     * second.
     *
     * @throws IllegalArgumentException if the epoch is not a later one, or follows one that was said to be the last
     */
    public void switchTo(EpochKeys keys, long nowNanos) {
        if (current != null && (current.isLast || keys.epoch() <= current.number)) {
            throw new IllegalArgumentException("epoch " + keys.epoch() + " does not follow " + current.number);
        }
        retireCurrent(keys, nowNanos);
        current = derive(keys);
        epochArrived = !held.isEmpty();
        ahead.clear();
        alarmGiven = false;
    }

    /** Opens a frame of any sender of the call. */
    public OpenResult open(Bytes frame, long nowNanos) {
        expirePrevious(nowNanos);
        if (frame.length() != MediaFrame.SEALED_LENGTH) {
            return rejected(frame.isEmpty() ? Rejected.Reason.EMPTY : Rejected.Reason.WRONG_LENGTH);
        }
        SFrameHeader header;
        try {
            header = SFrameHeader.read(new WireReader(frame));
        } catch (DecodeException e) {
            return rejected(Rejected.Reason.MALFORMED_HEADER);
        }
        MlsKeyId id = MlsKeyId.decode(header.kid(), MediaFrame.INDEX_BITS, MediaFrame.EPOCH_BITS);
        if (id.context() != 0 || id.senderIndex() > Integer.MAX_VALUE) {
            return rejected(Rejected.Reason.UNKNOWN_SENDER);
        }
        int leaf = (int) id.senderIndex();
        if (leaf == ownLeaf) {
            return rejected(Rejected.Reason.OWN_LEAF);
        }
        Epoch epoch = epochOf(id);
        if (epoch != null) {
            return openUnder(epoch, leaf, header, frame);
        }
        if (!isNewer(id)) {
            return rejected(Rejected.Reason.EPOCH_GONE);
        }
        return current != null && current.isLast
                ? rejected(Rejected.Reason.UNKNOWN_EPOCH)
                : hold(leaf, frame, nowNanos);
    }

    /** What has become due: frames that were held, in the order of their arrival, and alarms. */
    public List<OpenerEvent> poll(long nowNanos) {
        List<OpenerEvent> events = new ArrayList<>();
        if (epochArrived) {
            epochArrived = false;
            releaseHeld(nowNanos, events);
        }
        while (!held.isEmpty() && held.peekFirst().until() - nowNanos <= 0) {
            held.removeFirst();
            events.add(rejected(Rejected.Reason.UNKNOWN_EPOCH));
        }
        expirePrevious(nowNanos);
        ahead.values().removeIf(moved -> moved.isStray(nowNanos));
        if (isAlarmDue() != alarmGiven) {
            alarmGiven = !alarmGiven;
            events.add(alarmGiven ? new OpenerEvent.CommitMissing() : new OpenerEvent.CommitNotMissing());
        }
        return events;
    }

    /** When to {@link #poll} next: now, at a later time, or {@link Long#MAX_VALUE} for "when something has arrived". */
    public long pollAt(long nowNanos) {
        if (epochArrived || isAlarmDue() != alarmGiven) {
            return nowNanos;
        }
        long at = Long.MAX_VALUE;
        if (!held.isEmpty()) {
            at = held.peekFirst().until();
        }
        for (Epoch epoch : previous) {
            at = Math.min(at, epoch.endsAt);
        }
        if (alarmGiven) {
            for (Ahead moved : ahead.values()) {
                at = Math.min(at, moved.last + STRAY_NANOS);
            }
        }
        return at;
    }

    /** The call is over: erases every key and forgets what was held. */
    public void close() {
        if (current != null) {
            current.eraseAll();
            current = null;
        }
        previous.forEach(Epoch::eraseAll);
        previous.clear();
        held.clear();
    }

    private OpenResult openUnder(Epoch epoch, int leaf, SFrameHeader header, Bytes frame) {
        SenderKey sender = epoch.senders.get(leaf);
        if (sender == null) {
            return rejected(Rejected.Reason.UNKNOWN_SENDER);
        }
        switch (sender.window.check(header.ctr())) {
            case FRESH -> {}
            case SEEN -> {
                return rejected(Rejected.Reason.REPLAYED);
            }
            case TOO_OLD -> {
                return rejected(Rejected.Reason.TOO_OLD);
            }
        }
        Bytes plaintext;
        try {
            plaintext = sender.key.decrypt(callId, frame);
        } catch (CryptoException | DecodeException e) {
            return rejected(Rejected.Reason.NOT_AUTHENTIC);
        }
        sender.window.accept(header.ctr());
        // Whoever sends under this epoch has not moved on: frames in its name that say so were made by somebody else.
        ahead.remove(leaf);
        try {
            return new Opened(leaf, epoch.number, header.ctr(), MediaFrame.unpad(plaintext));
        } catch (DecodeException e) {
            return rejected(Rejected.Reason.MALFORMED_PLAINTEXT);
        }
    }

    private OpenResult hold(int leaf, Bytes frame, long nowNanos) {
        noteAhead(leaf, nowNanos);
        if (held.size() >= MAX_HELD) {
            return rejected(Rejected.Reason.TOO_MANY_HELD);
        }
        held.addLast(new Waiting(frame, nowNanos + HOLD_NANOS));
        return new OpenResult.Held();
    }

    /** Members of this epoch only: for whoever the missing Commit adds, the others move on as well. */
    private void noteAhead(int leaf, long nowNanos) {
        // Before the first epoch nothing is amiss yet: the other side may have been quicker.
        if (current == null || !current.senders.containsKey(leaf)) {
            return;
        }
        Ahead moved = ahead.get(leaf);
        if (moved == null || moved.isStray(nowNanos)) {
            moved = new Ahead(nowNanos);
            ahead.put(leaf, moved);
        }
        moved.last = nowNanos;
    }

    private boolean isAlarmDue() {
        for (Ahead moved : ahead.values()) {
            if (moved.last - moved.since >= COMMIT_MISSING_NANOS) {
                return true;
            }
        }
        return false;
    }

    private void releaseHeld(long nowNanos, List<OpenerEvent> events) {
        List<Waiting> waiting = new ArrayList<>(held);
        held.clear();
        for (Waiting each : waiting) {
            if (each.until() - nowNanos <= 0) {
                events.add(rejected(Rejected.Reason.UNKNOWN_EPOCH));
                continue;
            }
            switch (open(each.frame(), nowNanos)) {
                case Opened opened -> events.add(opened);
                case Rejected rejected -> events.add(rejected);
                case OpenResult.Held ignored -> {
                    held.removeLast();
                    held.addLast(each);
                }
            }
        }
    }

    private void retireCurrent(EpochKeys next, long nowNanos) {
        if (current == null) {
            return;
        }
        current.endsAt = nowNanos + PREVIOUS_EPOCH_NANOS;
        previous.add(current);
        for (Epoch epoch : previous) {
            List<Integer> removed = new ArrayList<>(epoch.senders.keySet());
            removed.removeAll(next.leaves());
            // A leaf that somebody else has now: nothing more is played of whoever had it.
            removed.addAll(next.removed());
            removed.forEach(epoch::erase);
        }
        // "receivers MUST remove an old epoch when a new epoch with the same low-order E bits is introduced"
        // (RFC 9605 section 5.2)
        for (Iterator<Epoch> all = previous.iterator(); all.hasNext(); ) {
            Epoch epoch = all.next();
            if (previous.size() > MAX_PREVIOUS_EPOCHS || circle(epoch.number) == circle(next.epoch())) {
                epoch.eraseAll();
                all.remove();
            }
        }
    }

    private Epoch derive(EpochKeys keys) {
        Epoch epoch = new Epoch(keys.epoch(), keys.isLast());
        Secret baseKey = keys.baseKey();
        for (int leaf : keys.leaves()) {
            if (leaf != ownLeaf) {
                long kid = MlsKeyId.of(leaf, keys.epoch(), MediaFrame.EPOCH_BITS)
                        .encode(MediaFrame.INDEX_BITS, MediaFrame.EPOCH_BITS);
                epoch.senders.put(
                        leaf, new SenderKey(new DecryptionKey(primitives, MediaFrame.CIPHER_SUITE, kid, baseKey)));
            }
        }
        baseKey.erase();
        return epoch;
    }

    private void expirePrevious(long nowNanos) {
        for (Iterator<Epoch> all = previous.iterator(); all.hasNext(); ) {
            Epoch epoch = all.next();
            if (epoch.endsAt - nowNanos <= 0) {
                epoch.eraseAll();
                all.remove();
            }
        }
    }

    private @Nullable Epoch epochOf(MlsKeyId id) {
        if (current != null && circle(current.number) == id.epoch()) {
            return current;
        }
        for (Epoch epoch : previous) {
            if (circle(epoch.number) == id.epoch()) {
                return epoch;
            }
        }
        return null;
    }

    private boolean isNewer(MlsKeyId id) {
        return current == null || circle(id.epoch() - current.number) < EPOCH_CIRCLE / 2;
    }

    private static long circle(long epoch) {
        return epoch & (EPOCH_CIRCLE - 1);
    }

    private static Rejected rejected(Rejected.Reason reason) {
        return new Rejected(reason);
    }
}
