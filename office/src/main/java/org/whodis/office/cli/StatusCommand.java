package org.whodis.office.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminJson;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How the office is. */
@Command(name = "status", description = "Shows how the running office is.", mixinStandardHelpOptions = true)
final class StatusCommand extends AdminCommand {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        JsonNode status = office.ask(new AdminRequest.Status());
        if (json) {
            out.println(AdminJson.write(status));
        } else {
            out.println("The office of " + status.path("domain").asText() + " is open since "
                    + status.path("startedAt").asText() + ".");
            out.println("  TCP " + status.path("https").asText() + ", UDP "
                    + status.path("udp").asText());
            out.println("  TLS " + (status.path("postQuantumTls").asBoolean() ? "X25519MLKEM768" : "NOT POST-QUANTUM")
                    + ", certificate "
                    + (status.path("selfMadeCertificate").asBoolean() ? "self-made" : "given"));
            out.println("  office key " + status.path("officeKey").asText());
            out.println("  " + status.path("principals").asInt() + " enrolled, "
                    + status.path("pendingEnrolments").asInt() + " waiting, "
                    + status.path("sessions").asInt() + " device(s) online, "
                    + status.path("callsOpen").asInt() + " call(s), "
                    + status.path("mediaRooms").asInt() + " with media");
        }
    }
}
