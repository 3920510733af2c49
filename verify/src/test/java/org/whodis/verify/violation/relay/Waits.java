package org.whodis.verify.violation.relay;

final class Waits {
    synchronized void tell() {
        notifyAll();
    }
}
