package org.whodis.office;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a device or another office is told of where the relay is, when that is not where it listens: behind a port forwarding, or behind a
 * tap that a demonstration puts between phone and relay.
 */
@FunctionalInterface
public interface AdvertisedRelay {
    /** The relay's own address as the devices reach it. */
    record HostPort(String host, int port) {
        public HostPort {
            if (host.isEmpty() || port < 1 || port > 65535) {
                throw new IllegalArgumentException("not an address: " + host + " port " + port);
            }
        }
    }

    /**
     * Called for each place in a room that a device asked for.
     *
     * @param deviceId the device's id (32 bytes) in hexadecimal
     * @param relay where the relay listens
     * @return null for {@code relay} itself
     */
    @Nullable
    HostPort toDevice(String deviceId, InetSocketAddress relay);

    /**
     * Where another office's relay is to send to. Called for each opening of a trunk.
     *
     * @param domain of the other office
     * @param relay where the relay listens
     * @return null for {@code relay} itself
     */
    default @Nullable HostPort toOffice(String domain, InetSocketAddress relay) {
        return null;
    }

    /** One address for everybody. */
    static AdvertisedRelay fixed(HostPort address) {
        return new AdvertisedRelay() {
            @Override
            public HostPort toDevice(String deviceId, InetSocketAddress relay) {
                return address;
            }

            @Override
            public HostPort toOffice(String domain, InetSocketAddress relay) {
                return address;
            }
        };
    }
}
