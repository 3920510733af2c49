package org.whodis.office.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.office.data.RecoveryKeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an office without running it. */
@Command(
        name = "init",
        description =
                "Makes a new office: its data folder, its key, its database. `run` does the same where there is none.",
        mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Option(
            names = "--domain",
            paramLabel = "HOST[:PORT]",
            defaultValue = "localhost:" + OfficeConfig.DEFAULT_PORT,
            description = "The office's domain name, for life (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // it has a default
    private String domain;

    @Option(
            names = "--recovery-key",
            paramLabel = "FILE",
            description =
                    "Where the recovery key is written: best on a medium that you take away. Without it: beside the"
                            + " data folder.")
    private @Nullable Path recoveryKey;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException {
        Path recovery = recoveryKey == null ? RecoveryKeyFile.beside(data.folder()) : recoveryKey;
        OfficeConfig config =
                OfficeConfig.onLoopback(data.folder()).withDomain(domain).withRecoveryKey(recovery);
        try (Office office = Office.start(config)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("The office of " + office.domain() + " is in " + office.dataFolder());
            out.println("Its key, which people's phones will know it by: "
                    + office.officeKey().hex());
            if (Files.exists(recovery)) {
                out.println("Move its recovery key, " + recovery
                        + ", off this machine and keep it apart from the backups: it alone can tell phones and other"
                        + " offices at once that another key has taken the place of one that was lost or stolen.");
            }
            out.println("Back that folder up as a whole, and keep it to yourself: whoever has it is this office.");
            out.println("Next: whodis office run" + Hints.dataOption(data.folder()));
            out.flush();
        }
        return 0;
    }
}
