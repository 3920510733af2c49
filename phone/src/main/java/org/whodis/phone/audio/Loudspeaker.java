package org.whodis.phone.audio;

import javax.sound.sampled.SourceDataLine;
import org.jspecify.annotations.Nullable;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;

/** A loudspeaker as the sink of a call. {@link #write} never waits: a thread of its own feeds the device. */
public final class Loudspeaker implements AudioSink, AutoCloseable {
    /** As in {@link Microphone}. */
    private static final int QUEUE_FRAMES = 3;

    private final SourceDataLine line;
    private final FrameQueue queue = new FrameQueue(QUEUE_FRAMES);
    private final Thread thread;

    private Loudspeaker(SourceDataLine line) {
        this.line = line;
        this.thread = Thread.ofPlatform().daemon().name("whodis-loudspeaker").unstarted(this::pump);
    }

    /**
     * Opens the loudspeaker whose name contains {@code name}, or the first.
     *
     * @throws AudioUnavailableException if there is none, or it is held by another program
     */
    public static Loudspeaker open(@Nullable String name) throws AudioUnavailableException {
        Loudspeaker loudspeaker = new Loudspeaker(SoundDevices.openLoudspeaker(name));
        loudspeaker.thread.start();
        return loudspeaker;
    }

    @Override
    public void write(short[] frame) {
        AudioFrame.requireLength(frame);
        queue.put(frame);
    }

    @Override
    public void close() {
        thread.interrupt();
        line.close();
    }

    private void pump() {
        byte[] bytes = new byte[SoundDevices.FRAME_BYTES];
        try {
            while (true) {
                short[] frame = queue.take();
                for (int i = 0; i < frame.length; i++) {
                    bytes[2 * i] = (byte) frame[i];
                    bytes[2 * i + 1] = (byte) (frame[i] >> 8);
                }
                line.write(bytes, 0, bytes.length);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
