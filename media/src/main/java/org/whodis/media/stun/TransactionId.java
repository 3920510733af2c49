package org.whodis.media.stun;

import java.nio.ByteBuffer;
import org.whodis.media.RandomBytes;

/** The 96 random bits by which an answer finds its request (RFC 8489, section 5). */
public record TransactionId(int high, long low) {
    public static final int LENGTH = 12;

    public static TransactionId generate(RandomBytes random) {
        return read(ByteBuffer.wrap(random.next(LENGTH)));
    }

    static TransactionId read(ByteBuffer from) {
        return new TransactionId(from.getInt(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putInt(high).putLong(low);
    }
}
