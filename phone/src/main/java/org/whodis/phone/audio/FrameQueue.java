package org.whodis.phone.audio;

import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Frames between the call's thread, which never waits, and a device or a disk, which may. Whoever is too slow loses the
 * oldest frame: late sound is worth less than no delay.
 */
final class FrameQueue {
    private final ArrayBlockingQueue<short[]> frames;

    FrameQueue(int limitFrames) {
        frames = new ArrayBlockingQueue<>(limitFrames);
    }

    /** Adds a copy of {@code frame}. */
    void put(short[] frame) {
        short[] copy = frame.clone();
        while (!frames.offer(copy)) {
            frames.poll();
        }
    }

    /** The oldest frame, or null if there is none now. */
    short @Nullable [] poll() {
        return frames.poll();
    }

    short[] take() throws InterruptedException {
        return frames.take();
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }
}
