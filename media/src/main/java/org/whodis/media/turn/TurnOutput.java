package org.whodis.media.turn;

/** What {@link TurnSession#poll} hands out. */
public sealed interface TurnOutput {
    /** Write these bytes on the connection. Frames of media are to be dropped while it does not take more. */
    final class ToClient implements TurnOutput {
        private final byte[] bytes;
        private final boolean media;

        ToClient(byte[] bytes, boolean media) {
            this.bytes = bytes;
            this.media = media;
        }

        /** The bytes themselves, not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        public boolean isMedia() {
            return media;
        }
    }

    /** Send this datagram on the path to the relay. */
    final class ToRelay implements TurnOutput {
        private final byte[] bytes;

        ToRelay(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes themselves, not a copy. */
        public byte[] bytes() {
            return bytes;
        }
    }

    /** Open a path to the relay; then call {@link TurnSession#opened} or {@link TurnSession#notOpened}. */
    record OpenPath() implements TurnOutput {}

    /** Close the path to the relay. */
    record ClosePath() implements TurnOutput {}

    /** Send what was handed out and end the connection; nothing more comes. */
    record Cut(Reason reason) implements TurnOutput {}

    /** Nothing more for now: call {@link TurnSession#handleTimeout} when the clock has reached {@code atNanos}. */
    record Timeout(long atNanos) implements TurnOutput {}

    /** Why a connection is ended. */
    enum Reason {
        /** What came is neither STUN nor ChannelData, or longer than anything that we read. */
        MALFORMED,
        /** Too many requests without the right credential. */
        UNAUTHENTICATED,
        /** More requests than any client needs. */
        FLOOD,
        /** There was no allocation in time, or it has expired. */
        IDLE
    }
}
