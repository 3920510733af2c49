package org.whodis.phone.audio;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;

/**
 * The microphone and loudspeaker of one call, opened on a thread of their own while the call comes about, because a sound
 * card may take long. Until then, and where there is none, there is silence: the call's packets do not wait.
 */
public final class AudioOpenedLater implements AudioSource, AudioSink, AutoCloseable {
    private volatile @Nullable AudioSource source;
    private volatile @Nullable AudioSink sink;
    private boolean closed;

    /**
     * Begins to open.
     *
     * @param problem told, on another thread, when there is no microphone or no loudspeaker
     */
    public static AudioOpenedLater open(AudioDevices devices, CallId call, Consumer<String> problem) {
        AudioOpenedLater audio = new AudioOpenedLater();
        Thread.ofVirtual().name("whodis-audio").start(() -> {
            try {
                audio.sourceOpened(devices.openSource(call));
            } catch (AudioUnavailableException | RuntimeException e) {
                // Sound systems also throw what they do not declare.
                problem.accept(String.valueOf(e.getMessage()));
            }
            try {
                audio.sinkOpened(devices.openSink(call));
            } catch (AudioUnavailableException | RuntimeException e) {
                // Sound systems also throw what they do not declare.
                problem.accept(String.valueOf(e.getMessage()));
            }
        });
        return audio;
    }

    private AudioOpenedLater() {}

    @Override
    public boolean read(short[] frame) {
        AudioSource ready = source;
        if (ready == null) {
            AudioFrame.requireLength(frame);
            Arrays.fill(frame, (short) 0);
            return true;
        }
        return ready.read(frame);
    }

    @Override
    public void write(short[] frame) {
        AudioSink ready = sink;
        if (ready != null) {
            ready.write(frame);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        close(source);
        close(sink);
    }

    private synchronized void sourceOpened(AudioSource ready) {
        if (closed) {
            close(ready);
        } else {
            source = ready;
        }
    }

    private synchronized void sinkOpened(AudioSink ready) {
        if (closed) {
            close(ready);
        } else {
            sink = ready;
        }
    }

    private static void close(@Nullable Object device) {
        if (device instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception ignored) {
                // A device that cannot be closed is gone; the call is over in any case.
            }
        }
    }
}
