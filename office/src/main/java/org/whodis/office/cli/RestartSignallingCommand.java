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

/** A new certificate without a dropped call. */
@Command(
        name = "restart-signalling",
        description =
                "Closes the HTTPS port and opens it again, reading the certificate anew. Calls go on: media does not"
                        + " pass there, and phones reconnect by themselves.",
        mixinStandardHelpOptions = true)
final class RestartSignallingCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws OfficeException {
        new AdminClient(data.folder()).ask(new AdminRequest.RestartSignalling());
        PrintWriter out = spec.commandLine().getOut();
        out.println("The HTTPS port was closed and opened again.");
        out.flush();
        return 0;
    }
}
