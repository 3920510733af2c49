package org.whodis.office.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.whodis.core.wire.Bytes;

/** What counts as one address: an IPv4 address, or the first 64 bits of an IPv6 one, since whoever has one has them all. */
public final class AddressKey {
    private AddressKey() {}

    public static Bytes of(InetAddress address) {
        byte[] raw = address.getAddress();
        return address instanceof Inet6Address ? Bytes.of(raw, 0, 8) : Bytes.of(raw);
    }
}
