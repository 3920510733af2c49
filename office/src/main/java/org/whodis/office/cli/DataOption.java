package org.whodis.office.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which office is meant. */
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The office's data folder. Without it: $WHODIS_HOME/office, or ~/.whodis/office.")
    private @Nullable Path folder;

    Path folder() {
        if (folder != null) {
            return folder;
        }
        String home = System.getenv("WHODIS_HOME");
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".whodis", "office")
                : Path.of(home, "office");
    }
}
