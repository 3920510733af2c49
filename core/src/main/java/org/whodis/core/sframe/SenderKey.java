package org.whodis.core.sframe;

/** One sender's key of one epoch, and the counters seen under it. */
final class SenderKey {
    final DecryptionKey key;
    final ReplayWindow window = new ReplayWindow();

    SenderKey(DecryptionKey key) {
        this.key = key;
    }
}
