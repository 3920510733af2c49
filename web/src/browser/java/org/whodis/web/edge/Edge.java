package org.whodis.web.edge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.teavm.interop.Export;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaEpochs;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.sframe.OpenResult;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.OpenerEvent;
import org.whodis.core.sframe.Rejected;
import org.whodis.core.sframe.SealResult;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;
import org.whodis.web.vectors.VectorRunner;

/**
 * The functions that the WebAssembly module exports; {@code core.js} is their other half and {@code core.d.ts} describes both.
 *
 * <p>Only numbers cross the border, so nothing of JavaScript is reachable from here and nothing has to be generated at run
 * time there. Bytes go through one buffer, four at a time: {@link #resize} it, {@link #write} its words (little-endian; the
 * last may be partial), call a function, {@link #read} as many bytes as the function says. Times are milliseconds of the
 * page's monotonic clock.
 *
 * <p>A function gives the length of its output, or a negative number: {@link #FAULT} for a fault of the page, others as the
 * function says. An exception never crosses the border; a trap (a {@code RuntimeError} there) means that the module is broken
 * and must not be called again.
 */
public final class Edge {
    /** The page called a function with what it must not call it with. Nothing was changed. */
    private static final int FAULT = -1;

    private static final int NO_KEY = -2;
    private static final int PAYLOAD_TOO_LONG = -3;

    /** The longest message of the protocol has 256 KiB; golden vectors have some more. */
    private static final int MAX_BUFFER = 1 << 24;

    /** More calls at once than anybody has. */
    private static final int MAX_MEDIA = 8;

    private static final int EVENT_OPENED = 0;
    private static final int EVENT_REJECTED = 1;
    private static final int EVENT_HELD = 2;
    private static final int EVENT_COMMIT_MISSING = 3;
    private static final int EVENT_COMMIT_NOT_MISSING = 4;

    private static final double NANOS_PER_MILLI = 1e6;

    private static final Primitives PRIMITIVES = new BcPrimitives();
    private static final Map<Integer, Media> MEDIA = new HashMap<>();
    private static int lastMedia;
    private static byte[] buffer = new byte[0];

    private static final PhoneEdge PHONE = new PhoneEdge(PRIMITIVES);

    /** The media of one call through its epochs, and what became due in them. */
    private static final class Media {
        final MediaEpochs epochs;
        final Deque<OpenerEvent> events = new ArrayDeque<>();

        Media(Bytes callId, int ownLeaf) {
            epochs = new MediaEpochs(PRIMITIVES, callId, ownLeaf);
        }
    }

    /** The keys of an epoch as they came through the buffer. */
    private record ReceivedKeys(
            long epoch, SortedSet<Integer> leaves, SortedSet<Integer> removed, boolean isLast, Bytes key)
            implements EpochKeys {
        @Override
        public Secret baseKey() {
            return Secret.copyOf(key);
        }
    }

    private Edge() {}

    /** TeaVM wants an entry point; everything else is reached by its export. */
    public static void main(String[] arguments) {}

    /** Makes the buffer {@code length} zeros: room for an input. 0, or {@link #FAULT}. */
    @Export(name = "resize")
    public static int resize(int length) {
        if (length < 0 || length > MAX_BUFFER) {
            return FAULT;
        }
        buffer = new byte[length];
        return 0;
    }

    /** Puts four bytes, those of {@code word} from the lowest on, at four times {@code index}. */
    @Export(name = "write")
    public static void write(int index, int word) {
        int at = 4 * index;
        for (int i = 0; i < 4 && at >= 0 && at + i < buffer.length; i++) {
            buffer[at + i] = (byte) (word >>> 8 * i);
        }
    }

    /** Four bytes of the buffer; zeros past its end. */
    @Export(name = "read")
    public static int read(int index) {
        int at = 4 * index;
        int word = 0;
        for (int i = 0; i < 4 && at >= 0 && at + i < buffer.length; i++) {
            word |= (buffer[at + i] & 0xff) << 8 * i;
        }
        return word;
    }

    /** Overwrites what the last call left: after keys have passed through. */
    @Export(name = "wipe")
    public static void wipe() {
        java.util.Arrays.fill(buffer, (byte) 0);
    }

    /** UTF-8 in, UTF-8 out: {@link VectorRunner#run}. */
    @Export(name = "runVectors")
    public static int runVectors() {
        try {
            return output(Bytes.utf8(new VectorRunner(PRIMITIVES).run(new String(buffer, StandardCharsets.UTF_8))));
        } catch (RuntimeException e) {
            return FAULT;
        }
    }

    /**
     * Begins the media of a call: {@code opaque call_id[16]} in. Gives a handle from 1 on, or {@link #FAULT}. Nothing is sealed
     * or opened before {@link #installEpoch}.
     */
    @Export(name = "openMedia")
    public static int openMedia(int ownLeaf) {
        if (buffer.length != 16 || ownLeaf < 0 || MEDIA.size() >= MAX_MEDIA) {
            return FAULT;
        }
        MEDIA.put(++lastMedia, new Media(Bytes.of(buffer), ownLeaf));
        return lastMedia;
    }

    /**
     * Seals and opens under the keys of an epoch from now on:
     *
     * <pre>
     *   struct { uint64 epoch; opaque base_key[32]; uint32 leaves&lt;V&gt;; uint32 removed&lt;V&gt;; uint8 is_last; }
     * </pre>
     *
     * <p>When the first frame is sealed under it, and which epochs are opened beside it, is up to {@link MediaEpochs}.
     */
    @Export(name = "installEpoch")
    public static int installEpoch(int handle, double now) {
        Media media = MEDIA.get(handle);
        try {
            ReceivedKeys keys = WireReader.decode(Bytes.of(buffer), Edge::keys);
            if (media == null) {
                return FAULT;
            }
            media.epochs.begin(keys, nanos(now));
            return 0;
        } catch (DecodeException | RuntimeException e) {
            return FAULT;
        } finally {
            wipe();
        }
    }

    private static ReceivedKeys keys(WireReader in) throws DecodeException {
        long epoch = in.uint64();
        Bytes key = in.fixed(MediaFrame.BASE_KEY_LENGTH);
        SortedSet<Integer> leaves = leaves(in);
        SortedSet<Integer> removed = leaves(in);
        return new ReceivedKeys(epoch, leaves, removed, in.uint8() == 1, key);
    }

    private static SortedSet<Integer> leaves(WireReader in) throws DecodeException {
        SortedSet<Integer> leaves = new TreeSet<>();
        for (long leaf : in.list(4096, 1024, WireReader::uint32)) {
            if (leaf > Integer.MAX_VALUE || !leaves.add((int) leaf)) {
                throw new DecodeException("leaf " + leaf);
            }
        }
        return leaves;
    }

    /**
     * One payload in, one sealed frame out; or {@link #NO_KEY} or {@link #PAYLOAD_TOO_LONG}: then nothing is sent.
     */
    @Export(name = "seal")
    public static int seal(int handle, double now) {
        Media media = MEDIA.get(handle);
        if (media == null) {
            return FAULT;
        }
        try {
            return switch (media.epochs.seal(Bytes.of(buffer), nanos(now))) {
                case SealResult.Sealed(Bytes frame, long counter) -> output(frame);
                case SealResult.NotSealed(SealResult.Reason reason) -> notSealed(reason);
            };
        } catch (RuntimeException e) {
            return FAULT;
        }
    }

    private static int notSealed(SealResult.Reason reason) {
        return switch (reason) {
            case NO_KEY, COMMIT_MISSING -> NO_KEY;
            case PAYLOAD_TOO_LONG -> PAYLOAD_TOO_LONG;
        };
    }

    /**
     * One frame in, one event out:
     *
     * <pre>
     *   enum { opened(0), rejected(1), held(2), commit_missing(3), commit_not_missing(4) } EventType;   uint8
     *   struct {
     *       EventType type;
     *       select (type) {
     *           case opened:   uint32 sender_leaf; uint64 counter; opaque payload[rest];
     *           case rejected: opaque reason[rest];      the name of a Rejected.Reason
     *       };
     *   } Event;
     * </pre>
     */
    @Export(name = "open")
    public static int open(int handle, double now) {
        Media media = MEDIA.get(handle);
        if (media == null) {
            return FAULT;
        }
        try {
            return switch (media.epochs.open(Bytes.of(buffer), nanos(now))) {
                case Opened opened -> event(opened);
                case Rejected rejected -> event(rejected);
                case OpenResult.Held ignored ->
                    output(new WireWriter().uint8(EVENT_HELD).toBytes());
            };
        } catch (RuntimeException e) {
            return FAULT;
        }
    }

    /** The next event that has become due, in the form of {@link #open}; nothing (0) when there is none. */
    @Export(name = "poll")
    public static int poll(int handle, double now) {
        Media media = MEDIA.get(handle);
        if (media == null) {
            return FAULT;
        }
        try {
            if (media.events.isEmpty()) {
                media.events.addAll(media.epochs.poll(nanos(now)));
            }
            OpenerEvent next = media.events.poll();
            return next == null ? output(Bytes.EMPTY) : event(next);
        } catch (RuntimeException e) {
            return FAULT;
        }
    }

    /** The call is over: erases its keys. */
    @Export(name = "closeMedia")
    public static int closeMedia(int handle) {
        Media media = MEDIA.remove(handle);
        if (media == null) {
            return FAULT;
        }
        media.epochs.close();
        return 0;
    }

    /** Makes the phone of a page that was served from the domain in the buffer (UTF-8): once, before its other functions. */
    @Export(name = "phoneBegin")
    public static int phoneBegin() {
        return PHONE.begin(Bytes.of(buffer)) ? 0 : FAULT;
    }

    /** One input, as {@link PhoneEdge} has it, at the time of day {@code now}. What it brings about is polled. */
    @Export(name = "phoneGive")
    public static int phoneGive(double now) {
        try {
            return PHONE.give(Bytes.of(buffer), (long) now) ? 0 : FAULT;
        } finally {
            wipe();
        }
    }

    /** The next output, as {@link PhoneEdge} has it; nothing (0) when there is none. */
    @Export(name = "phonePoll")
    public static int phonePoll() {
        return output(PHONE.poll());
    }

    /** When the phone wants to be given the time at the latest, as {@code phoneGive} has it; infinity if never. */
    @Export(name = "phoneNext")
    public static double phoneNext() {
        return PHONE.next();
    }

    /** What the screens show, as JSON in UTF-8. */
    @Export(name = "phoneSnapshot")
    public static int phoneSnapshot() {
        return output(Bytes.utf8(PHONE.snapshot()));
    }

    private static int event(OpenerEvent event) {
        WireWriter out = new WireWriter();
        switch (event) {
            case Opened opened ->
                out.uint8(EVENT_OPENED)
                        .uint32(opened.senderLeaf())
                        .uint64(opened.counter())
                        .fixed(opened.payload());
            case Rejected rejected ->
                out.uint8(EVENT_REJECTED).fixed(Bytes.utf8(rejected.reason().name()));
            case OpenerEvent.CommitMissing ignored -> out.uint8(EVENT_COMMIT_MISSING);
            case OpenerEvent.CommitNotMissing ignored -> out.uint8(EVENT_COMMIT_NOT_MISSING);
        }
        return output(out.toBytes());
    }

    private static int output(Bytes bytes) {
        buffer = bytes.toArray();
        return buffer.length;
    }

    private static long nanos(double millis) {
        return (long) (millis * NANOS_PER_MILLI);
    }
}
