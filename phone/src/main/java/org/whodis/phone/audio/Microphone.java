package org.whodis.phone.audio;

import java.util.Arrays;
import javax.sound.sampled.TargetDataLine;
import org.jspecify.annotations.Nullable;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSource;

/**
 * A microphone as the source of a call. A thread of its own reads the device; {@link #read} never waits, and where the
 * device is behind gives silence, because packets go on all the same.
 */
public final class Microphone implements AudioSource, AutoCloseable {
    /** The device's clock and the call's drift apart; this much may pile up before the oldest frame goes. */
    private static final int QUEUE_FRAMES = 3;

    private final TargetDataLine line;
    private final FrameQueue queue = new FrameQueue(QUEUE_FRAMES);

    private Microphone(TargetDataLine line) {
        this.line = line;
    }

    /**
     * Opens the microphone whose name contains {@code name}, or the first.
     *
     * @throws AudioUnavailableException if there is none, or it is held by another program
     */
    public static Microphone open(@Nullable String name) throws AudioUnavailableException {
        Microphone microphone = new Microphone(SoundDevices.openMicrophone(name));
        Thread.ofPlatform().daemon().name("whodis-microphone").start(microphone::pump);
        return microphone;
    }

    @Override
    public boolean read(short[] frame) {
        AudioFrame.requireLength(frame);
        short[] next = queue.poll();
        if (next == null) {
            Arrays.fill(frame, (short) 0);
        } else {
            System.arraycopy(next, 0, frame, 0, frame.length);
        }
        return true;
    }

    @Override
    public void close() {
        line.close();
    }

    private void pump() {
        byte[] bytes = new byte[SoundDevices.FRAME_BYTES];
        short[] frame = new short[AudioFrame.SAMPLES];
        // A closed line returns less than was asked for.
        while (line.read(bytes, 0, bytes.length) == bytes.length) {
            for (int i = 0; i < frame.length; i++) {
                frame[i] = (short) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8);
            }
            queue.put(frame);
        }
    }
}
