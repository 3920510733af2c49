package org.whodis.verify.violation.media;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Breaks nothing: an address is a value. */
final class NamesAddress {
    InetSocketAddress of(InetAddress address) {
        return new InetSocketAddress(address, 443);
    }
}
