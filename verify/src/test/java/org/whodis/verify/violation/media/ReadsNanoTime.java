package org.whodis.verify.violation.media;

final class ReadsNanoTime {
    long now() {
        return System.nanoTime();
    }
}
