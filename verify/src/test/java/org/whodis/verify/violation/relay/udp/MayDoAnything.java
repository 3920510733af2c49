package org.whodis.verify.violation.relay.udp;

import java.io.IOException;
import java.nio.channels.DatagramChannel;

/** Breaks nothing: this is a shell. */
final class MayDoAnything {
    DatagramChannel open() throws IOException {
        return DatagramChannel.open();
    }

    long now() {
        return System.nanoTime();
    }
}
