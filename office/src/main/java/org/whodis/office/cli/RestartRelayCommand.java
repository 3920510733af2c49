package org.whodis.office.cli;

import java.io.PrintWriter;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;

/** Another relay without a dropped call. */
@Command(
        name = "restart-relay",
        description =
                "Ends the relay and starts another on the same UDP port. Calls go on: phones ask for a place at the new one"
                        + " by themselves, and hear each other again within a second.",
        mixinStandardHelpOptions = true)
final class RestartRelayCommand extends AdminCommand {
    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        office.ask(new AdminRequest.RestartRelay());
        out.println("The relay was replaced.");
    }
}
