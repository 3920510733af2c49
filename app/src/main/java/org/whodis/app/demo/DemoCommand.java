package org.whodis.app.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.whodis.app.wire.WireTap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code whodis demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes one verified call between two phones on this machine and reports on it.",
            "",
            "Starts an office with fresh data, enrols two people, lets them talk in recorded speech through a wiretapped "
                    + "line, checks every promise, writes a report and stops everything it started.",
            "",
            "On a terminal, and unless told --headless, it then opens an office for you: two links, one for each of two "
                    + "browsers on this machine, which can call each other until you press Ctrl-C.",
            "",
            "Exit code 0: every promise held. 1: one did not, or the call did not come about. 2: the command line was wrong."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int MIN_SECONDS = 4;
    private static final int MAX_SECONDS = 120;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Option(names = "--headless", description = "Ask and open nothing, and end with the report.")
    private boolean headless;

    @Option(names = "--speech-a", paramLabel = "FILE.wav", description = "What the caller says.")
    private @Nullable Path speechA;

    @Option(
            names = "--speech-b",
            paramLabel = "FILE.wav",
            description = "What the one who is called says. PCM WAV files of 8 to 48 kHz, 8, 16 or 24 bits, one or two "
                    + "channels.")
    private @Nullable Path speechB;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long they talk, " + MIN_SECONDS + " to " + MAX_SECONDS
                    + " (as long as the recordings need, at most a minute).")
    private @Nullable Integer seconds;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the report goes (${DEFAULT-VALUE}).")
    private Path out = Path.of("demo-report");

    @Option(
            names = "--keep-running",
            description = "Leave the office up at the end and say how to join it with further phones.")
    private boolean keepRunning;

    @Option(
            names = "--tamper",
            paramLabel = "PERCENT",
            description =
                    "Let the wiretap flip a bit in that share of the media packets, to see that the phones and this "
                            + "program notice.")
    private double tamper;

    @Override
    public Integer call() throws DemoException {
        if (seconds != null && (seconds < MIN_SECONDS || seconds > MAX_SECONDS)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds is " + seconds + "; it can be " + MIN_SECONDS + " to " + MAX_SECONDS);
        }
        if (!(tamper >= 0 && tamper <= 100)) {
            throw new ParameterException(spec.commandLine(), "--tamper is " + tamper + "; it can be 0 to 100");
        }
        PrintWriter screen = spec.commandLine().getOut();
        DemoOptions options = new DemoOptions(
                headless,
                keepRunning,
                speechA,
                speechB,
                seconds,
                out,
                tamper == 0 ? WireTap.Meddling.NONE : new BitFlips(tamper / 100));
        return new Demo(options, new Narrator(screen)).run() ? 0 : 1;
    }
}
