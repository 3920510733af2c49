package org.whodis.office.cli;

import java.io.PrintWriter;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;

/** A new certificate without a dropped call. */
@Command(
        name = "restart-signalling",
        description =
                "Closes the HTTPS port and opens it again, reading the certificate anew. Calls go on: media does not"
                        + " pass there, and phones reconnect by themselves.",
        mixinStandardHelpOptions = true)
final class RestartSignallingCommand extends AdminCommand {
    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        office.ask(new AdminRequest.RestartSignalling());
        out.println("The HTTPS port was closed and opened again.");
    }
}
