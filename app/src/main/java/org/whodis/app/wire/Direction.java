package org.whodis.app.wire;

/** Which way a datagram passed the tap. */
public enum Direction {
    TO_RELAY,
    TO_PHONE
}
