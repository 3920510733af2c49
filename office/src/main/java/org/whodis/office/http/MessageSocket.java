package org.whodis.office.http;

import java.net.InetAddress;
import org.whodis.core.wire.Bytes;

/** One WebSocket connection as its handler sees it. Every method may be called from any thread and never blocks. */
public interface MessageSocket {

    /**
     * Queues one binary message.
     *
     * @return false when the connection is closed or its reader is so slow that {@link HttpLimits#outboundBytes} would
     *     be exceeded; the connection is then closed
     */
    boolean send(Bytes message);

    /** Whether the reader keeps up; when it does again, {@link Listener#writable()} is called. */
    boolean isWritable();

    /** Sends what is queued, then a close frame (RFC 6455 section 7.4) and ends the connection. */
    void close(CloseCode code);

    /** The device has proved itself: the limits of {@link HttpLimits} for strangers no longer hold. */
    void proven();

    InetAddress peer();

    /** The negotiated TLS group, such as {@code X25519MLKEM768}. */
    String tlsGroup();

    /**
     * What the handler does. Calls come one at a time, in order, on virtual threads, and may block: a connection whose
     * handler is busy is not read further.
     */
    interface Listener {
        void message(Bytes message) throws InterruptedException;

        void writable() throws InterruptedException;

        /** The last call. */
        void closed() throws InterruptedException;
    }

    /** Makes the listener of a connection that has just been upgraded. */
    @FunctionalInterface
    interface Acceptor {
        Listener accept(MessageSocket socket);
    }

    /** Why the office ends a connection: RFC 6455 section 7.4.1, and 4000 and up for our own reasons. */
    enum CloseCode {
        GOING_AWAY(1001, "the office restarts"),
        UNSUPPORTED(1003, "binary messages only"),
        PROTOCOL(1008, "protocol violation"),
        TOO_BIG(1009, "message too big"),
        FAULT(1011, "internal error"),
        NOT_AUTHENTICATED(4001, "not authenticated"),
        REPLACED(4002, "a newer session of this device"),
        REVOKED(4005, "this device was taken out of its chain"),
        OVERLOADED(1013, "too many offices"),
        TOO_FAST(4003, "too many messages"),
        IDLE(4004, "idle");

        private final int code;
        private final String text;

        CloseCode(int code, String text) {
            this.code = code;
            this.text = text;
        }

        public int code() {
            return code;
        }

        public String text() {
            return text;
        }
    }
}
