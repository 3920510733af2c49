package org.whodis.phone.media;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaEpochs;
import org.whodis.core.sframe.OpenResult;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.OpenerEvent;
import org.whodis.core.sframe.Rejected;
import org.whodis.core.sframe.SealResult;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.media.jitter.JitterStatistics;
import org.whodis.media.jitter.SpeechReceiver;
import org.whodis.media.opus.OpusEncoder;

/**
 * What is said and heard in one call: from the microphone to sealed frames, and from sealed frames to the loudspeaker.
 * Owned by the call's media thread.
 *
 * <p>Two rules hold here and nowhere else: without keys nothing is captured and nothing sealed, and nothing reaches the
 * loudspeaker that {@link MediaEpochs} has not opened, which also decides under which epoch is sealed and opened.
 */
final class CallSpeech {
    /** As the opener holds frames of an epoch that it does not know yet: 200 ms, 64 frames. */
    private static final long EARLY_NANOS = 200_000_000L;

    private static final int MAX_EARLY = 64;

    /** Whoever else is in the call; two in this version. */
    private static final int MAX_SPEAKERS = 16;

    private final Primitives primitives;
    private final Bytes callId;
    private final AudioSource source;
    private final AudioSink sink;
    private final Alarm alarm;
    private final OpusEncoder encoder = new OpusEncoder();
    private final short[] captured = new short[AudioFrame.SAMPLES];
    private final Map<Integer, SpeechReceiver> speakers = new TreeMap<>();
    private final Deque<Early> early = new ArrayDeque<>();
    private final Map<Rejected.Reason, Long> refused = new EnumMap<>(Rejected.Reason.class);
    private final FrameTimes capturedAt = new FrameTimes();
    private final FrameTimes playedAt = new FrameTimes();

    private @Nullable MediaEpochs epochs;
    private @Nullable SpeechReceiver lastHeard;
    private boolean muted;
    private boolean commitMissing;
    private boolean closed;
    private long framesSealed;
    private long framesOpened;
    private long framesPlayed;
    private long firstOpenedNanos;
    private long lastOpenedNanos;
    private long firstHeardNanos;

    /** A frame that came before there were keys. */
    private record Early(Bytes frame, long atNanos) {}

    /** Whether the group seems to have moved on without this phone; see {@link OpenerEvent.CommitMissing}. */
    interface Alarm {
        void commitMissing(boolean isMissing);
    }

    /** A sealed frame and the sender's time. */
    record Outgoing(Bytes frame, long counter) {}

    CallSpeech(Primitives primitives, Bytes callId, AudioSource source, AudioSink sink, Alarm alarm) {
        this.primitives = primitives;
        this.callId = callId;
        this.source = source;
        this.sink = sink;
        this.alarm = alarm;
    }

    /** A new epoch has begun; the first one opens the call's ears and mouth. */
    void begin(int ownLeaf, EpochKeys keys, long nowNanos) {
        MediaEpochs beginning = epochs == null ? new MediaEpochs(primitives, callId, ownLeaf) : epochs;
        beginning.begin(keys, nowNanos);
        // What waits of whoever is gone is not played, and whoever has the leaf now begins another timeline.
        speakers.keySet()
                .removeIf(
                        leaf -> !keys.leaves().contains(leaf) || keys.removed().contains(leaf));
        epochs = beginning;
        commitMissing = false;
        releaseEarly(nowNanos);
        poll(nowNanos);
    }

    boolean hasKeys() {
        return epochs != null;
    }

    void setMuted(boolean muted) {
        this.muted = muted;
    }

    /**
     * Captures, encodes and seals the next frame, silence if muted or if there is nothing to say.
     *
     * @return null as long as there are no keys, and while the alarm holds
     */
    @Nullable
    Outgoing capture(long nowNanos) {
        if (epochs == null || commitMissing || closed) {
            return null;
        }
        source.read(captured);
        if (muted) {
            Arrays.fill(captured, (short) 0);
        }
        return switch (epochs.seal(Bytes.of(encoder.encode(captured)), nowNanos)) {
            case SealResult.Sealed(Bytes frame, long counter) -> {
                framesSealed++;
                // The first sample of what was read now was spoken one frame ago.
                capturedAt.record(counter, nowNanos - AudioFrame.DURATION_NANOS);
                yield new Outgoing(frame, counter);
            }
            case SealResult.NotSealed _ -> null;
        };
    }

    /** A frame has come from the relay. */
    void receive(Bytes frame, long nowNanos) {
        if (epochs == null) {
            if (early.size() == MAX_EARLY) {
                early.removeFirst();
            }
            early.addLast(new Early(frame, nowNanos));
            return;
        }
        switch (epochs.open(frame, nowNanos)) {
            case Opened opened -> hear(opened, nowNanos);
            case Rejected(Rejected.Reason reason) -> refused.merge(reason, 1L, Long::sum);
            case OpenResult.Held _ -> {
                // poll() settles it.
            }
        }
        poll(nowNanos);
    }

    /** When {@link #poll} has something to do. */
    long pollAt(long nowNanos) {
        return epochs == null ? Long.MAX_VALUE : epochs.pollAt(nowNanos);
    }

    void poll(long nowNanos) {
        if (epochs == null) {
            return;
        }
        for (OpenerEvent event : epochs.poll(nowNanos)) {
            switch (event) {
                case Opened opened -> hear(opened, nowNanos);
                case Rejected(Rejected.Reason reason) -> refused.merge(reason, 1L, Long::sum);
                case OpenerEvent.CommitMissing() -> {
                    commitMissing = true;
                    alarm.commitMissing(true);
                }
                case OpenerEvent.CommitNotMissing() -> {
                    commitMissing = false;
                    alarm.commitMissing(false);
                }
            }
        }
    }

    /** Plays the next 20 ms of everybody, which is silence before anybody was heard. */
    void play(long nowNanos) {
        if (epochs == null) {
            return;
        }
        int[] mixed = new int[AudioFrame.SAMPLES];
        for (SpeechReceiver speaker : speakers.values()) {
            short[] frame = speaker.next(nowNanos);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] += frame[i];
            }
            notePlayed(speaker, nowNanos);
        }
        short[] out = new short[AudioFrame.SAMPLES];
        for (int i = 0; i < out.length; i++) {
            out[i] = (short) Math.clamp(mixed[i], Short.MIN_VALUE, Short.MAX_VALUE);
        }
        sink.write(out);
        framesPlayed++;
    }

    /** Erases the keys. */
    void close() {
        if (epochs != null) {
            epochs.close();
        }
        early.clear();
        closed = true;
    }

    FrameTimes capturedAt() {
        return capturedAt;
    }

    FrameTimes playedAt() {
        return playedAt;
    }

    long framesSealed() {
        return framesSealed;
    }

    long framesOpened() {
        return framesOpened;
    }

    long framesPlayed() {
        return framesPlayed;
    }

    long firstOpenedNanos() {
        return firstOpenedNanos;
    }

    long lastOpenedNanos() {
        return lastOpenedNanos;
    }

    long firstHeardNanos() {
        return firstHeardNanos;
    }

    Map<Rejected.Reason, Long> refused() {
        return Map.copyOf(refused);
    }

    @Nullable
    JitterStatistics heard() {
        return lastHeard == null ? null : lastHeard.statistics();
    }

    private void hear(Opened opened, long nowNanos) {
        framesOpened++;
        lastOpenedNanos = nowNanos;
        if (firstOpenedNanos == 0) {
            firstOpenedNanos = nowNanos;
        }
        SpeechReceiver speaker = speakers.get(opened.senderLeaf());
        if (speaker == null) {
            if (speakers.size() == MAX_SPEAKERS) {
                return;
            }
            speaker = new SpeechReceiver();
            speakers.put(opened.senderLeaf(), speaker);
        }
        lastHeard = speaker;
        speaker.receive(opened.counter(), opened.payload().toArray(), nowNanos);
    }

    private void notePlayed(SpeechReceiver speaker, long nowNanos) {
        long counter = speaker.lastPlayed();
        if (counter >= 0) {
            playedAt.record(counter, nowNanos);
            if (firstHeardNanos == 0) {
                firstHeardNanos = nowNanos;
            }
        }
    }

    private void releaseEarly(long nowNanos) {
        for (Early each = early.poll(); each != null; each = early.poll()) {
            if (nowNanos - each.atNanos() <= EARLY_NANOS) {
                receive(each.frame(), nowNanos);
            }
        }
    }
}
