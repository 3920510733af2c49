package org.whodis.core.federation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * What one office still wants of another: requests in their order, until each was answered or its deadline has passed.
 * What was sent and not answered is sent again, first, over the next connection.
 *
 * <pre>
 *   {@link #add} --&gt; waiting --{@link #next}--&gt; in flight --{@link #answered}--&gt; gone
 *                       ^                        |
 *                       +----{@link #connected}------+        {@link #expire}: gone from either
 * </pre>
 *
 * <p>One thread at a time.
 */
public final class RequestQueue {
    /** Requests that may wait for one office; a person makes a few for a call. */
    public static final int MAX_REQUESTS = 2_048;

    /** Bytes that may wait for one office: some hundred offers with chains, or thousands of other messages. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    /** Sent and not answered: half of what a receiver holds back for a slow handler costs it no more than this. */
    public static final int WINDOW = 64;

    /** In the order in which they were added. */
    private final Map<Bytes, Entry> entries = new LinkedHashMap<>();

    private int bytes;
    private int inFlight;
    private long sequence;

    private static final class Entry {
        private final PeerRequest request;
        private boolean isSent;

        Entry(PeerRequest request) {
            this.request = request;
        }
    }

    /** Whether there is room for one more of {@code bodyLength} bytes. */
    public boolean hasRoom(int bodyLength) {
        return entries.size() < MAX_REQUESTS && bytes + bodyLength <= MAX_BYTES;
    }

    /**
     * Puts a request at the end; one whose id is there already stays where it is.
     *
     * @return false if there is no room for it
     */
    public boolean add(PeerRequest request) {
        if (entries.containsKey(request.id())) {
            return true;
        }
        if (!hasRoom(request.body().length())) {
            return false;
        }
        entries.put(request.id(), new Entry(request));
        bytes += request.body().length();
        return true;
    }

    /** There is a new connection: everything is to be sent over it, numbered from 0. */
    public void connected() {
        entries.values().forEach(entry -> entry.isSent = false);
        inFlight = 0;
        sequence = 0;
    }

    /** The next to send, or null if there is none or too many are under way. It counts as sent. */
    public PeerFrame.@Nullable Request next() {
        if (inFlight >= WINDOW) {
            return null;
        }
        for (Entry entry : entries.values()) {
            if (!entry.isSent) {
                entry.isSent = true;
                inFlight++;
                return new PeerFrame.Request(sequence++, entry.request);
            }
        }
        return null;
    }

    /** An answer came; false if nothing under way has that id. */
    public boolean answered(Bytes id) {
        Entry entry = entries.get(id);
        if (entry == null || !entry.isSent) {
            return false;
        }
        remove(entry);
        entries.remove(id);
        return true;
    }

    /** Takes out what nobody wants any more at {@code now}. */
    public List<PeerRequest> expire(long now) {
        List<PeerRequest> out = new ArrayList<>();
        Iterator<Entry> each = entries.values().iterator();
        while (each.hasNext()) {
            Entry entry = each.next();
            if (entry.request.deadline() <= now) {
                each.remove();
                remove(entry);
                out.add(entry.request);
            }
        }
        return out;
    }

    /** Takes out everything: this office talks to that one no more. */
    public List<PeerRequest> clear() {
        return expire(Long.MAX_VALUE);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public int size() {
        return entries.size();
    }

    private void remove(Entry entry) {
        bytes -= entry.request.body().length();
        if (entry.isSent) {
            inFlight--;
        }
    }
}
