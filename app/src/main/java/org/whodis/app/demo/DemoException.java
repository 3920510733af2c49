package org.whodis.app.demo;

/** The demonstration cannot go on; the message says why in words for whoever started it. */
final class DemoException extends Exception {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
