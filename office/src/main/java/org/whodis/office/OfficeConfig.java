package org.whodis.office;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.office.federation.FederationConfig;
import org.whodis.office.http.HttpLimits;

/**
 * How an office is run. Everything that has to survive a restart is in the data folder; this is what may differ each time.
 *
 * @param dataFolder made at the first start, readable by its owner alone
 * @param domain {@code host} or {@code host:port}, lower case; null: what the data folder says, and {@code
 *     localhost:PORT} for a new one. An office keeps its domain for life, since it stands in everybody's genesis
 * @param bind the address of the interface to listen on; null: the loopback interface while the domain is localhost, else
 *     all interfaces
 * @param httpsPort TCP; 0 takes a free one
 * @param udpPort of the relay; 0 takes a free one
 * @param advertised where devices find the relay; null: at {@code bind}, or at the domain's host if that is a wildcard
 * @param certificate PEM, the end entity first, with {@code certificateKey}; null for a self-made one
 * @param clock for everything that is written down
 * @param federation how it talks to other offices
 * @param recoveryKey where a new office writes its recovery key, which is not kept in the data folder; null: it makes none
 */
public record OfficeConfig(
        Path dataFolder,
        @Nullable String domain,
        @Nullable String bind,
        int httpsPort,
        int udpPort,
        @Nullable AdvertisedRelay advertised,
        @Nullable Path certificate,
        @Nullable Path certificateKey,
        HttpLimits httpLimits,
        InstantSource clock,
        FederationConfig federation,
        @Nullable Path recoveryKey) {
    public static final int DEFAULT_PORT = 8443;

    public OfficeConfig {
        if ((certificate == null) != (certificateKey == null)) {
            throw new IllegalArgumentException("a certificate and its key go together");
        }
        requirePort(httpsPort);
        requirePort(udpPort);
    }

    /** An office on this machine's loopback interface, on ports that are free: for tests and demonstrations. */
    public static OfficeConfig onLoopback(Path dataFolder) {
        return new OfficeConfig(
                dataFolder,
                null,
                "127.0.0.1",
                0,
                0,
                null,
                null,
                null,
                HttpLimits.DEFAULT,
                InstantSource.system(),
                FederationConfig.DEFAULT,
                null);
    }

    public OfficeConfig withDomain(@Nullable String newDomain) {
        return but(to -> to.domain = newDomain);
    }

    public OfficeConfig withBind(@Nullable String newBind) {
        return but(to -> to.bind = newBind);
    }

    public OfficeConfig withPorts(int newHttpsPort, int newUdpPort) {
        return but(to -> {
            to.httpsPort = newHttpsPort;
            to.udpPort = newUdpPort;
        });
    }

    public OfficeConfig withAdvertisedRelay(@Nullable AdvertisedRelay newAdvertised) {
        return but(to -> to.advertised = newAdvertised);
    }

    public OfficeConfig withCertificate(@Nullable Path newCertificate, @Nullable Path newKey) {
        return but(to -> {
            to.certificate = newCertificate;
            to.certificateKey = newKey;
        });
    }

    public OfficeConfig withHttpLimits(HttpLimits newLimits) {
        return but(to -> to.httpLimits = newLimits);
    }

    public OfficeConfig withClock(InstantSource newClock) {
        return but(to -> to.clock = newClock);
    }

    public OfficeConfig withFederation(FederationConfig newFederation) {
        return but(to -> to.federation = newFederation);
    }

    public OfficeConfig withRecoveryKey(@Nullable Path file) {
        return but(to -> to.recoveryKey = file);
    }

    private OfficeConfig but(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return new OfficeConfig(
                dataFolder,
                parts.domain,
                parts.bind,
                parts.httpsPort,
                parts.udpPort,
                parts.advertised,
                parts.certificate,
                parts.certificateKey,
                parts.httpLimits,
                parts.clock,
                parts.federation,
                parts.recoveryKey);
    }

    /** What may be set one by one. */
    private static final class Parts {
        private @Nullable String domain;
        private @Nullable String bind;
        private int httpsPort;
        private int udpPort;
        private @Nullable AdvertisedRelay advertised;
        private @Nullable Path certificate;
        private @Nullable Path certificateKey;
        private HttpLimits httpLimits;
        private InstantSource clock;
        private FederationConfig federation;
        private @Nullable Path recoveryKey;

        Parts(OfficeConfig from) {
            domain = from.domain;
            bind = from.bind;
            httpsPort = from.httpsPort;
            udpPort = from.udpPort;
            advertised = from.advertised;
            certificate = from.certificate;
            certificateKey = from.certificateKey;
            httpLimits = from.httpLimits;
            clock = from.clock;
            federation = from.federation;
            recoveryKey = from.recoveryKey;
        }
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port);
        }
    }
}
