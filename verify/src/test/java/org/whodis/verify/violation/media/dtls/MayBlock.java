package org.whodis.verify.violation.media.dtls;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Breaks nothing: the library behind it blocks. */
final class MayBlock {
    final ConcurrentLinkedQueue<byte[]> arrived = new ConcurrentLinkedQueue<>();

    long now() {
        return System.nanoTime();
    }
}
