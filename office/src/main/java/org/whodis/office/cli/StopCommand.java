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

/** Ends the running office. */
@Command(
        name = "stop",
        description = "Stops the running office in good order. Calls that are under way end.",
        mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException {
        new AdminClient(data.folder()).ask(new AdminRequest.Stop());
        PrintWriter out = spec.commandLine().getOut();
        out.println("The office stops.");
        out.flush();
        return 0;
    }
}
