package org.whodis.media.jitter;

/** What the player does with the next 20 ms. */
public sealed interface Playout {
    /** Decode this payload and play it. */
    final class Frame implements Playout {
        private final long frame;
        private final byte[] payload;

        Frame(long frame, byte[] payload) {
            this.frame = frame;
            this.payload = payload;
        }

        /** Its place on the buffer's timeline; see {@link JitterBuffer#lastQueued}. */
        public long frame() {
            return frame;
        }

        public byte[] payload() {
            return payload;
        }
    }

    /**
     * The buffer holds more than it needs: decode both payloads, in this order, and play one frame that fades from the
     * first into the second. The decoder sees every packet, so its predictions stay right.
     */
    final class Merge implements Playout {
        private final long frame;
        private final byte[] first;
        private final byte[] second;

        Merge(long frame, byte[] first, byte[] second) {
            this.frame = frame;
            this.first = first;
            this.second = second;
        }

        /** The first one's place on the buffer's timeline. */
        public long frame() {
            return frame;
        }

        public byte[] first() {
            return first;
        }

        public byte[] second() {
            return second;
        }
    }

    /** Nothing to decode: play what the decoder makes up, because a packet was lost or the delay has to grow. */
    record Conceal() implements Playout {}

    /** Play silence: the sender has not begun, or has been gone for longer than anything can be made up. */
    record Wait() implements Playout {}
}
