package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.cli.LineCommand;
import picocli.CommandLine;

/** {@code whodis line} from giving to withdrawing, as two people type it. */
@Timeout(180)
class LineCommandLineTest {
    @TempDir
    static Path folder;

    private static Office office;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        TestPhone.enrol(office, folder.resolve("ada"), "Ada", Speech.ofAda()).close();
        TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob()).close();
        TestPhone.enrol(office, folder.resolve("eve"), "Eve", Speech.ofBob()).close();
    }

    @AfterAll
    static void stop() {
        office.close();
    }

    private record Said(int status, String text) {}

    @Test
    void aLineIsGivenRedeemedApprovedTriedRenewedAndWithdrawn() throws Exception {
        Path drawing = folder.resolve("line.svg");
        Said made = line("ada", "new", "Bob,", "met", "in", "Geneva", "--qr", "--svg", drawing.toString());
        assertThat(made.status()).as(made.text()).isZero();
        assertThat(made.text()).contains("Give it to nobody else").contains("█");
        assertThat(Files.readString(drawing)).startsWith("<svg");
        String link = find("https://\\S+/line#1\\.\\S+", made.text());
        String id = find("Line ([0-9a-f]{8}) for", made.text()).substring(5, 13);

        Said mistyped = line("bob", "redeem", link.substring(0, link.length() - 1) + (link.endsWith("A") ? "B" : "A"));
        assertThat(mistyped.status()).isEqualTo(1);
        assertThat(mistyped.text()).contains("This is no line as it was given");
        Said redeemed = line("bob", "redeem", link);
        assertThat(redeemed.status()).as(redeemed.text()).isZero();
        assertThat(redeemed.text()).contains("a line to Ada").contains("They have to say yes");

        Said listed = line("ada", "list");
        assertThat(listed.text()).contains("WAITS FOR YOUR YES").contains("redeemed by Bob");
        assertThat(line("ada", "approve", id, "--yes").text()).contains("It rings for them from now on.");
        assertThat(line("bob", "list").text()).contains("Ada").contains("rings");

        Said stolen = line("eve", "redeem", link);
        assertThat(stolen.status()).isEqualTo(1);
        assertThat(stolen.text()).contains("There is no such line for you");
        Said incidents = TestPhone.until(() -> {
            Said said = line("ada", "incidents");
            return said.text().contains("THE COPY OF") ? said : null;
        });
        assertThat(incidents.text())
                .contains("THE COPY OF Bob, met in Geneva")
                .contains("Eve")
                .contains("proved");
        assertThat(line("ada", "incidents", id, "--renew", "--done").text()).contains("Renewed");
        assertThat(line("ada", "withdraw", "Geneva").text()).contains("is withdrawn");
        assertThat(line("ada", "list").text()).contains("withdrawn, and watched");
    }

    @Test
    void whatIsNotUnderstoodIsSaidSo() {
        assertThat(line("ada", "new", "Somebody", "--hours", "monday 8").text()).contains("is no span of the week");
        assertThat(line("ada", "new", "Somebody", "--until", "tomorrow").text()).contains("is no day");
        assertThat(line("ada", "withdraw", "nobody").text()).contains("You gave no such line");
        assertThat(line("ada", "new").status()).isEqualTo(2);
        assertThat(line("ada", "quiet", "mon-sun 22:00-24:00").text()).contains("mon 22:00-24:00");
        assertThat(line("ada", "quiet", "off").text()).contains("Quiet: never.");
    }

    private static Said line(String who, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(1, "--home");
        all.add(2, folder.resolve(who).toString());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            int status = new CommandLine(new LineCommand()).execute(all.toArray(String[]::new));
            return new Said(status, bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group();
    }
}
