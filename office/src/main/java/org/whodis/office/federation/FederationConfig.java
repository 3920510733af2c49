package org.whodis.office.federation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.whodis.core.federation.VersionRange;

/**
 * How this office talks to others.
 *
 * @param versions of protocol section 8 that it speaks
 * @param resolver asks the name service
 * @param privateAddresses whether other offices may be at private and loopback addresses even though this one is not at a
 *     loopback address itself
 * @param maxActive how many offices there may be in memory at once
 */
public record FederationConfig(VersionRange versions, Resolver resolver, boolean privateAddresses, int maxActive) {
    /** Offices in memory, connected or with something waiting. */
    public static final int MAX_ACTIVE = 4_096;

    public static final FederationConfig DEFAULT = new FederationConfig(
            VersionRange.CURRENT, host -> List.of(InetAddress.getAllByName(host)), false, MAX_ACTIVE);

    /** The name service. It is asked once for each connection, and what it said is where the connection goes. */
    @FunctionalInterface
    public interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    public FederationConfig withVersions(VersionRange others) {
        return new FederationConfig(others, resolver, privateAddresses, maxActive);
    }

    public FederationConfig withResolver(Resolver other) {
        return new FederationConfig(versions, other, privateAddresses, maxActive);
    }

    public FederationConfig withPrivateAddresses(boolean allowed) {
        return new FederationConfig(versions, resolver, allowed, maxActive);
    }

    public FederationConfig withMaxActive(int limit) {
        return new FederationConfig(versions, resolver, privateAddresses, limit);
    }
}
