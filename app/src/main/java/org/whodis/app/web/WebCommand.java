package org.whodis.app.web;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLHandshakeException;
import org.whodis.web.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whodis web}. */
@Command(
        name = "web",
        description = "Looks at the page that an office serves.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = WebCommand.Verify.class)
public final class WebCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do, for example: whodis web verify https://office.example");
    }

    /** {@code whodis web verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Fetches everything that a browser would load from an office, and compares it with what the office says that it "
                        + "serves and with what this build has: plain, as gzip, as Brotli, and as two browsers ask for it.",
                "It sees what the office serves to this machine at this moment. An office that means to deceive can show a person "
                        + "something else: the more people run this, and from the more places, the less it can.",
                "",
                "Exit code 0: all of it is what this build has. 1: it is not, or could not be had; every difference is said. "
                        + "2: the command line was wrong."
            })
    static final class Verify implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Parameters(paramLabel = "URL", description = "Where the office is, for example https://office.example")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private URI url;

        @Option(
                names = "--any-certificate",
                description =
                        "Take any certificate: for an office that made its own. What it serves is compared all the "
                                + "same, but somebody in between could show you one thing and others another.")
        private boolean anyCertificate;

        @Override
        public Integer call() throws Exception {
            if (!"https".equals(url.getScheme()) || url.getHost() == null) {
                throw new ParameterException(spec.commandLine(), url + " is no address of an office: https://HOST");
            }
            PrintWriter out = spec.commandLine().getOut();
            Map<String, String> differences;
            try (SiteVerifier verifier = new SiteVerifier(url, anyCertificate)) {
                differences = verifier.differencesTo(Site.load());
                out.println("Fetched " + verifier.fetched() + " files from " + url.getAuthority() + ".");
            } catch (ConnectException | HttpConnectTimeoutException e) {
                throw new IOException(
                        "Nobody answers at " + url + ". Check the address, and whether the office runs.", e);
            } catch (SSLHandshakeException e) {
                throw new IOException(
                        "The certificate of " + url + " is none that this machine believes (" + e.getMessage()
                                + "). For an office that made its own say --any-certificate.",
                        e);
            }
            // What a page mentions is a stranger's text, and this is a terminal.
            differences.forEach((path, difference) -> out.println(path.replaceAll("\\p{C}", "?") + " " + difference));
            out.println(
                    differences.isEmpty()
                            ? "Everything that this office serves to a browser is what this build has."
                            : "What this office serves is not this build. It may be of another version; compare with the "
                                    + "build that the office says it runs before you trust the page.");
            return differences.isEmpty() ? 0 : 1;
        }
    }
}
