package org.whodis.app;

import picocli.CommandLine;

/** Lets tests of other packages run the command line. */
public final class Commands {
    private Commands() {}

    public static CommandLine line() {
        return Whodis.commandLine();
    }
}
