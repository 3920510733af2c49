package org.whodis.phone.cli;

/** What the commands of the phone tell a script. Picocli itself gives 2 for a command line that it cannot read. */
final class ExitStatus {
    static final int OK = 0;

    /** Something else than the below; the message says what. */
    static final int FAILED = 1;

    /** The office cannot be reached, or what answers is not the office. */
    static final int NO_OFFICE = 3;

    /** There was no conversation: declined, busy, no answer, nobody there. */
    static final int NO_CONVERSATION = 4;

    /** The keystore cannot be opened. */
    static final int KEYSTORE = 5;

    /** Somebody is in between: the comparison words differed, or the office is not who it was. */
    static final int ALARM = 6;

    private ExitStatus() {}
}
