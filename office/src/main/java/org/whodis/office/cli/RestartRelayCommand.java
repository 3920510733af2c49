package org.whodis.office.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import org.whodis.office.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Another relay without a dropped call. */
@Command(
        name = "restart-relay",
        description =
                "Ends the relay and starts another on the same UDP port. Calls go on: phones ask for a place at the new one"
                        + " by themselves, and hear each other again within a second.",
        mixinStandardHelpOptions = true)
final class RestartRelayCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException {
        new AdminClient(data.folder()).ask(new AdminRequest.RestartRelay());
        PrintWriter out = spec.commandLine().getOut();
        out.println("The relay was replaced.");
        out.flush();
        return 0;
    }
}
