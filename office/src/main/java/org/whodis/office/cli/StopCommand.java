package org.whodis.office.cli;

import java.io.PrintWriter;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;

/** Ends the running office. */
@Command(
        name = "stop",
        description = "Stops the running office in good order. Calls that are under way end.",
        mixinStandardHelpOptions = true)
final class StopCommand extends AdminCommand {
    @Override
    void run(AdminClient office, PrintWriter out) throws OfficeException {
        office.ask(new AdminRequest.Stop());
        out.println("The office stops.");
    }
}
