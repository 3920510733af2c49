package org.whodis.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class WhodisTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("demo")
                .contains("phone")
                .contains("test")
                .contains("simulate")
                .contains("format");
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).isEqualTo(Whodis.VERSION + System.lineSeparator());
    }

    @Test
    void noCommandIsAnErrorThatSaysWhatToDo() {
        assertThat(run()).isEqualTo(2);
        assertThat(errors.toString()).contains("whodis demo");
    }

    @Test
    void aMisspeltCommandIsAnsweredWithTheRightOne() {
        assertThat(run("dmeo")).isEqualTo(2);
        assertThat(errors.toString()).contains("dmeo").contains("demo");
    }

    @Test
    void theHelpOfTheDemonstrationNamesItsOptionsAndExitCodes() {
        assertThat(run("demo", "--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "--headless", "--speech-a", "--speech-b", "--seconds", "--out", "--keep-running", "Exit code");
    }

    @Test
    void theLogIsQuietExceptForAnOfficeThatRuns() {
        assertThat(Logging.level(null, new String[] {"demo"})).isEqualTo(Level.WARNING);
        assertThat(Logging.level(null, new String[] {"office", "status"})).isEqualTo(Level.WARNING);
        assertThat(Logging.level(null, new String[] {"office", "run"})).isEqualTo(Level.INFO);
        assertThat(Logging.level("debug", new String[] {"demo"})).isEqualTo(Level.FINE);
        assertThat(Logging.level("nonsense", new String[] {"demo"})).isEqualTo(Level.WARNING);
    }

    private int run(String... arguments) {
        CommandLine command =
                Whodis.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
        return command.execute(arguments);
    }
}
