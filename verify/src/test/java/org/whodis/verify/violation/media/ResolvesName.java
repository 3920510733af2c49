package org.whodis.verify.violation.media;

import java.net.InetSocketAddress;

final class ResolvesName {
    InetSocketAddress resolve(String host) {
        return new InetSocketAddress(host, 443);
    }
}
