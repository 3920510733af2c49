package org.whodis.phone.cli;

/** Ends a command: a sentence for the person, and a status for scripts. */
final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    CliException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
