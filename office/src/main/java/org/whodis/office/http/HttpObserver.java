package org.whodis.office.http;

/** What the port tells the metrics. Called from event loops: never blocks. */
public interface HttpObserver {
    void connectionOpened();

    void connectionClosed();

    void refused(Refusal reason);

    /** Somebody whom this office called has said more than a proof needs, and is not read any further before it holds. */
    void strangerHeld();

    void handshakeDone(String group);

    void handshakeFailed();

    void answered(String path, int status);

    void socketOpened();

    void socketClosed();

    void handlerFailed(String where, Throwable fault);

    /** Why a connection was cut. */
    enum Refusal {
        TOO_MANY_CONNECTIONS,
        TOO_MANY_OF_ONE_ADDRESS,
        HANDSHAKE_TIMEOUT,
        REQUEST_TIMEOUT,
        MALFORMED,
        NOT_HTTP,
        SLOW_READER,
        UNPROVEN,
        MESSAGE_FLOOD,
        IDLE
    }
}
