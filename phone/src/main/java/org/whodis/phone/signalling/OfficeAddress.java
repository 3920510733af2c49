package org.whodis.phone.signalling;

import java.net.InetSocketAddress;

/** Where an office listens: its domain name as the protocol writes it, {@code host} or {@code host:port}, lower case. */
public record OfficeAddress(String host, int port) {
    private static final int HTTPS = 443;

    public OfficeAddress {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("not the address of an office: " + host + " port " + port);
        }
    }

    /**
     * Reads an office's domain.
     *
     * @throws IllegalArgumentException if it is not {@code host} or {@code host:port}
     */
    public static OfficeAddress of(String domain) {
        int colon = domain.lastIndexOf(':');
        if (colon < 0) {
            return new OfficeAddress(domain, HTTPS);
        }
        try {
            return new OfficeAddress(domain.substring(0, colon), Integer.parseInt(domain.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not the address of an office: " + domain, e);
        }
    }

    /** What HTTP calls {@code Host}. */
    public String authority() {
        return port == HTTPS ? host : host + ":" + port;
    }

    /** Looks the name up; blocks on the resolver. */
    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }
}
