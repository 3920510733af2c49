package org.whodis.verify.violation.core;

import java.io.IOException;
import java.net.DatagramSocket;

final class OpensSocket {
    DatagramSocket open() throws IOException {
        return new DatagramSocket();
    }
}
