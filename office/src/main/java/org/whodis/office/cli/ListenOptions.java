package org.whodis.office.cli;

import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.office.data.RecoveryKeyFile;
import org.whodis.office.federation.FederationConfig;
import picocli.CommandLine.Option;

/** Where an office listens and what it shows. */
final class ListenOptions {
    @Option(
            names = "--domain",
            paramLabel = "HOST[:PORT]",
            description =
                    "The office's domain name, for life. Without it: what the data folder says, and localhost:PORT"
                            + " for a new office.")
    private @Nullable String domain;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + OfficeConfig.DEFAULT_PORT,
            description = "TCP port for HTTPS (default: ${DEFAULT-VALUE}; 0: any that is free).")
    private int port;

    @Option(
            names = "--udp-port",
            paramLabel = "PORT",
            defaultValue = "" + OfficeConfig.DEFAULT_PORT,
            description = "UDP port for media (default: ${DEFAULT-VALUE}; 0: any that is free).")
    private int udpPort;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description = "The interface to listen on. Without it: this machine only (127.0.0.1) while the domain is"
                    + " localhost, else all interfaces (0.0.0.0).")
    private @Nullable String bind;

    @Option(
            names = "--relay-advertise",
            paramLabel = "HOST:PORT",
            description =
                    "Where devices reach the media port, if that is not where it listens: behind a port forwarding.")
    private @Nullable String advertise;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description =
                    "A certificate in PEM, the office's own first, then its issuers. Without it the office makes one"
                            + " itself: enough for Java phones, which know the office by its key; not for browsers.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The certificate's key: PEM, PKCS #8, not encrypted.")
    private @Nullable Path key;

    @Option(
            names = "--allow-private-peers",
            description = "Connect to other offices at private addresses too, such as 10.0.0.5: whoever names an office"
                    + " can then have this one knock at machines of your network.")
    private boolean privatePeers;

    OfficeConfig config(Path folder) throws OfficeException {
        if ((certificate == null) != (key == null)) {
            throw new OfficeException("--cert and --key go together.");
        }
        if (domain != null && !OfficeDomain.isValid(domain)) {
            throw new OfficeException(domain + " is not a domain: host or host:port, in lower case.");
        }
        if (!isPort(port) || !isPort(udpPort)) {
            throw new OfficeException("A port is a number from 0 to 65535.");
        }
        return OfficeConfig.onLoopback(folder)
                .withRecoveryKey(RecoveryKeyFile.beside(folder))
                .withDomain(domain)
                .withBind(bind == null ? null : address(bind))
                .withPorts(port, udpPort)
                .withCertificate(certificate, key)
                .withAdvertisedRelay(advertised())
                .withFederation(FederationConfig.DEFAULT.withPrivateAddresses(privatePeers));
    }

    private @Nullable AdvertisedRelay advertised() throws OfficeException {
        String text = advertise;
        if (text == null) {
            return null;
        }
        int colon = text.lastIndexOf(':');
        try {
            AdvertisedRelay.HostPort told =
                    new AdvertisedRelay.HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            return AdvertisedRelay.fixed(told);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new OfficeException("--relay-advertise takes HOST:PORT, for example media.example.org:8443", e);
        }
    }

    private static String address(String text) throws OfficeException {
        try {
            InetAddress.ofLiteral(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new OfficeException("--bind takes the address of an interface, for example 0.0.0.0 or 192.0.2.7", e);
        }
    }

    private static boolean isPort(int number) {
        return number >= 0 && number <= 65535;
    }
}
