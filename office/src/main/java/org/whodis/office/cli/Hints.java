package org.whodis.office.cli;

import java.nio.file.Path;

/** Pieces of what is printed. */
final class Hints {
    private Hints() {}

    /** {@code " --data FOLDER"} where the command would not find it without. */
    static String dataOption(Path folder) {
        return folder.equals(new DataOption().folder()) ? "" : " --data " + folder;
    }
}
