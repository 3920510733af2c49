package org.whodis.office.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.whodis.office.Office;
import org.whodis.office.OfficeException;
import org.whodis.office.OfficeStatus;
import org.whodis.office.data.RecoveryKeyFile;
import org.whodis.office.observe.LogLines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an office until it is told to stop. */
@Command(
        name = "run",
        description =
                "Runs the office until it is stopped (Ctrl-C, SIGTERM, or `whodis office stop`). Makes a new one if the"
                        + " data folder is empty. Logs go to standard error, one line each.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final ListenOptions listen = new ListenOptions();

    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "warn or info (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // it has a default
    private String level;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException, InterruptedException {
        LogLines.install(level(level));
        boolean isNew = !Files.exists(data.folder().resolve("office.db"));
        CountDownLatch closed = new CountDownLatch(1);
        boolean wasOpen = false;
        try (Office office = Office.start(listen.config(data.folder()))) {
            Thread hook = Thread.ofPlatform().name("office-stop").unstarted(() -> {
                office.requestStop();
                await(closed);
            });
            Runtime.getRuntime().addShutdownHook(hook);
            wasOpen = true;
            greet(office, isNew);
            office.awaitStopRequest();
        } finally {
            closed.countDown();
            if (wasOpen) {
                spec.commandLine().getOut().println("The office is closed.");
                spec.commandLine().getOut().flush();
            }
        }
        return 0;
    }

    private void greet(Office office, boolean isNew) throws OfficeException {
        OfficeStatus status = office.status();
        String option = Hints.dataOption(data.folder());
        PrintWriter out = spec.commandLine().getOut();
        out.println("The office of " + office.domain() + " is open.");
        out.println("  devices reach it at " + office.httpsUri() + " (TCP) and " + status.udp() + " (UDP, media)");
        out.println("  data folder         " + office.dataFolder());
        out.println("  office key          " + status.officeKey());
        if (isNew) {
            out.println("  recovery key        " + RecoveryKeyFile.beside(data.folder())
                    + ": move it off this machine and" + " keep it apart from the backups.");
            out.println("                      It alone can tell phones and other offices at once that the office has"
                    + " another key.");
        }
        if (status.selfMadeCertificate()) {
            out.println("  certificate         self-made: Java phones accept it, they know the office by its key.");
            out.println("                      For browsers get one for " + office.domain() + " (for example by ACME:"
                    + " certbot certonly --standalone -d HOST)");
            out.println(
                    "                      and start with --cert fullchain.pem --key privkey.pem; after each renewal:"
                            + " whodis office restart-signalling" + option);
        }
        if (!status.postQuantumTls()) {
            out.println(
                    "  ATTENTION           there is no BoringSSL for this machine: the connections of devices are NOT"
                            + " post-quantum, and phones refuse them.");
        }
        if (!office.isRelayReachedByTurn()) {
            out.println(
                    "  ATTENTION           the relay has an IPv6 address only: browsers get at it by UDP, but where a network"
                            + " blocks UDP they have no sound,");
            out.println(
                    "                      since their TURN knows of IPv4 alone. Give the office's name an IPv4 address"
                            + " too, or start with --relay-advertise IPV4:PORT");
        }
        if (status.principals() == 0) {
            out.println(
                    "Nobody is enrolled yet. Next: whodis office invite --name 'FULL NAME' --title 'TITLE'" + option);
        }
        out.flush();
    }

    /** The process ends when the office has: within two seconds, see {@link Office#close}. */
    private static void await(CountDownLatch closed) {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Level level(String text) throws OfficeException {
        return switch (text) {
            case "warn" -> Level.WARNING;
            case "info" -> Level.INFO;
            default -> throw new OfficeException("--log takes warn or info.");
        };
    }
}
