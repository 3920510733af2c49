package org.whodis.office.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.identity.Invitation;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import org.whodis.office.testkit.RawTls;
import org.whodis.office.testkit.TestDevice;
import picocli.CommandLine;

class OfficeCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private Path folder;
    private Office office;

    /** What a command said and how it ended. */
    private record Said(int code, String out, String error) {}

    @BeforeEach
    void start() throws Exception {
        folder = temporary.resolve("office");
        office = Office.start(OfficeConfig.onLoopback(folder));
    }

    @AfterEach
    void stop() {
        office.close();
    }

    @Test
    void otherOfficesAreListedDeniedAndCompared() throws Exception {
        try (Office other = Office.start(OfficeConfig.onLoopback(temporary.resolve("other")))) {
            assertThat(whodis("peers").out())
                    .contains("Every office is talked to")
                    .contains("No other office is known");
            JsonNode met = JSON.readTree(
                    AdminJson.write(new AdminClient(folder).ask(new AdminRequest.PeerWords(other.domain()))));
            assertThat(whodis("peers").out()).contains(other.domain() + ": NOT COMPARED");
            assertThat(whodis("peers", "compare", other.domain(), "--yes-words", "abandon")
                            .error())
                    .contains("somebody stands between");
            assertThat(whodis(
                                    "peers",
                                    "compare",
                                    other.domain(),
                                    "--yes-words",
                                    met.path("words").asText())
                            .code())
                    .isZero();
            assertThat(whodis("peers", "list").out()).contains(other.domain() + ": compared on ");
            assertThat(whodis("peers", "deny", other.domain()).code()).isZero();
            assertThat(whodis("peers", "mode", "list").out()).contains("Only offices that are allowed");
            JsonNode peers = JSON.readTree(whodis("peers", "--json").out());
            assertThat(peers.path("mode").asText()).isEqualTo("list");
            assertThat(peers.path("offices").path(0).path("rule").asText()).isEqualTo("denied");
            assertThat(whodis("peers", "allow", other.domain() + "/x").error()).contains("not the domain of an office");
        }
    }

    @Test
    void anInvitationLeadsToAPersonWhoWaitsAndIsLetIn() throws Exception {
        Said invited = whodis("invite", "--name", "Anna Ek", "--title", "PM", "--json");
        assertThat(invited.code()).isZero();
        JsonNode invitation = JSON.readTree(invited.out());
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            TestDevice.Enrolling enrolling = new TestDevice.Enrolling(
                    tls, Invitation.parse(invitation.path("link").asText()));
            enrolling.reveal();
            String words = String.join(" ", enrolling.words());
            assertThat(whodis("principals").out()).contains("Anna Ek, PM: " + words);
            assertThat(whodis("principals", "confirm", "--yes-words", "abandon ability able about")
                            .code())
                    .isEqualTo(1);
            Said confirmed = whodis("principals", "confirm", "--yes-words", words);
            assertThat(confirmed.out()).contains("Anna Ek, PM is enrolled");
            JsonNode list = JSON.readTree(whodis("principals", "list", "--json").out());
            assertThat(list.path("enrolled").get(0).path("name").asText()).isEqualTo("Anna Ek");
            assertThat(list.path("pending")).isEmpty();
        }
    }

    @Test
    void anInvitationIsPrintedWithHowToUseIt() throws Exception {
        Said said = whodis("invite", "--name", "Anna Ek", "--expires", "30m");
        assertThat(said.out()).startsWith("https://localhost:").contains("whodis phone enrol");
        Invitation.parse(said.out().lines().findFirst().orElseThrow());
    }

    @Test
    void theStatusIsShownForPeopleAndForScripts() throws Exception {
        assertThat(whodis("status").out()).contains("X25519MLKEM768").contains("0 enrolled");
        JsonNode status = JSON.readTree(whodis("status", "--json").out());
        assertThat(status.path("domain").asText()).isEqualTo(office.domain());
        assertThat(status.path("postQuantumTls").asBoolean()).isTrue();
    }

    @Test
    void signallingIsRestartedOnTheSamePort() throws Exception {
        int port = office.httpsAddress().getPort();
        assertThat(whodis("restart-signalling").code()).isZero();
        assertThat(office.httpsAddress().getPort()).isEqualTo(port);
        try (RawTls tls = new RawTls(office.httpsAddress())) {
            assertThat(tls.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void whoTalksToNoOfficeIsToldHowToStartOne() {
        office.close();
        Said said = whodis("status");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.error()).contains("whodis office run");
    }

    @Test
    void wrongCommandLinesAreToldWithCodeTwo() {
        assertThat(whodis().code()).isEqualTo(2);
        assertThat(whodis("invite").code()).isEqualTo(2);
        assertThat(whodis("frobnicate").code()).isEqualTo(2);
    }

    @Test
    void badValuesAreToldWithWhatIsExpected() {
        assertThat(whodis("invite", "--name", "Anna", "--expires", "soon").error())
                .contains("24h");
        assertThat(whodis("invite", "--name", "  ").error()).contains("name");
        Path other = temporary.resolve("other");
        for (String[] bad : new String[][] {
            {"run", "--data", other.toString(), "--port", "70000"},
            {"run", "--data", other.toString(), "--cert", "x.pem"},
            {"run", "--data", other.toString(), "--bind", "nowhere.example"},
            {"run", "--data", other.toString(), "--relay-advertise", "nonsense"},
            {"run", "--data", other.toString(), "--domain", "UPPER.example"},
        }) {
            Said said = run(List.of(bad));
            assertThat(said.code()).as(String.join(" ", bad)).isEqualTo(1);
            assertThat(said.error()).isNotBlank();
        }
    }

    @Test
    void everyCommandExplainsItself() {
        for (String command : List.of("init", "run", "invite", "principals", "status", "restart-signalling", "stop")) {
            Said said = run(List.of(command, "--help"));
            assertThat(said.code()).isZero();
            assertThat(said.out()).contains("Usage:").contains("--data");
        }
    }

    private Said whodis(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.isEmpty()) {
            all.add("--data");
            all.add(folder.toString());
        }
        return run(all);
    }

    private static Said run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter error = new StringWriter();
        int code = new CommandLine(new OfficeCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(error))
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println(failure.getMessage());
                    return 1;
                })
                .execute(arguments.toArray(new String[0]));
        return new Said(code, out.toString(), error.toString());
    }
}
