package org.whodis.office.federation;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Where this office connects to when somebody names another office. A device or a stranger chooses that name, so without
 * this rule anybody could have this office knock at machines that only it can reach.
 */
enum AddressRule {
    /** Addresses of the public internet. */
    PUBLIC_ONLY,
    /** Those, and loopback addresses: this office is at one itself. */
    PUBLIC_AND_LOOPBACK,
    /** The operator allowed private networks too. */
    ANY;

    private static final int HTTPS_PORT = 443;
    private static final int FIRST_USER_PORT = 1024;

    /** Ports below 1024 but for HTTPS belong to services that are not offices: mail, databases of names, shells. */
    static boolean isPort(int port) {
        return port == HTTPS_PORT || port >= FIRST_USER_PORT;
    }

    boolean allows(InetAddress address) {
        return switch (this) {
            case ANY -> !address.isAnyLocalAddress() && !address.isMulticastAddress();
            case PUBLIC_AND_LOOPBACK -> address.isLoopbackAddress() || isPublic(address);
            case PUBLIC_ONLY -> isPublic(address);
        };
    }

    /** Not in the registries of special-purpose addresses of RFC 6890, nor in an embedding of IPv4 in IPv6. */
    private static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] raw = address.getAddress();
        return address instanceof Inet6Address
                ? isPublic6(raw)
                : isPublic4(raw[0] & 0xff, raw[1] & 0xff, raw[2] & 0xff);
    }

    private static boolean isPublic4(int a, int b, int c) {
        boolean special = a == 0
                || a == 100 && b >= 64 && b < 128 // shared address space, RFC 6598
                || a == 192 && b == 0 && (c == 0 || c == 2)
                || a == 198 && (b == 18 || b == 19 || b == 51 && c == 100)
                || a == 203 && b == 0 && c == 113
                || a >= 240;
        return !special;
    }

    private static boolean isPublic6(byte[] raw) {
        int first = (raw[0] & 0xff) << 8 | raw[1] & 0xff;
        int second = (raw[2] & 0xff) << 8 | raw[3] & 0xff;
        // Global unicast is 2000::/3; within it Teredo, documentation and 6to4 lead elsewhere or nowhere.
        boolean globalUnicast = (first & 0xe000) == 0x2000;
        boolean special = first == 0x2001 && (second == 0 || second == 0xdb8) || first == 0x2002;
        return globalUnicast && !special;
    }
}
