package org.whodis.media.turn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.stun.StunMessage;

/**
 * Cuts what comes on a connection into frames (RFC 8656, sections 3.1 and 12.5). The first two bits tell them apart:
 *
 * <pre>
 *   00  a STUN message:  type (16) | length (16) | ... ; the length counts what is behind the 20 bytes of the header
 *   01  ChannelData:     channel number (16) | length (16) | data, padded to a multiple of 4 that the length does not count
 * </pre>
 *
 * <p>Keeps at most one frame.
 */
final class TurnStream {
    static final int CHANNEL_HEADER = 4;

    /** RFC 8656, section 12: the others are reserved. */
    static final int MIN_CHANNEL = 0x4000;

    static final int MAX_CHANNEL = 0x4fff;

    private final byte[] partial = new byte[TurnLimits.MAX_FRAME + 3];
    private int have;
    private byte[] chunk = new byte[0];
    private int at;

    /** More bytes have come; to be called when {@link #next} has said null. */
    void feed(byte[] bytes) {
        chunk = bytes;
        at = 0;
    }

    /**
     * The next frame, without padding, or null until more bytes come.
     *
     * @throws MalformedPacketException if no frame begins like this; there is no way to go on
     */
    byte @Nullable [] next() throws MalformedPacketException {
        if (!fill(CHANNEL_HEADER)) {
            return null;
        }
        int length = frameLength(partial);
        int onWire = length + 3 & ~3;
        if (length > TurnLimits.MAX_FRAME) {
            throw new MalformedPacketException("TURN frame length");
        }
        if (!fill(onWire)) {
            return null;
        }
        have = 0;
        return Arrays.copyOf(partial, length);
    }

    static boolean isChannelData(byte[] frame) {
        return frame[0] >> 6 == 1;
    }

    static int channel(byte[] frame) {
        return (frame[0] & 0xff) << 8 | frame[1] & 0xff;
    }

    /** A ChannelData message as it goes on the wire. */
    static byte[] channelData(int channel, byte[] data) {
        byte[] frame = new byte[CHANNEL_HEADER + data.length + 3 & ~3];
        frame[0] = (byte) (channel >> 8);
        frame[1] = (byte) channel;
        frame[2] = (byte) (data.length >> 8);
        frame[3] = (byte) data.length;
        System.arraycopy(data, 0, frame, CHANNEL_HEADER, data.length);
        return frame;
    }

    private static int frameLength(byte[] header) throws MalformedPacketException {
        int length = (header[2] & 0xff) << 8 | header[3] & 0xff;
        int first = channel(header);
        if (first < MIN_CHANNEL) {
            if (length % 4 != 0) {
                throw new MalformedPacketException("STUN header");
            }
            return StunMessage.HEADER_LENGTH + length;
        }
        if (first > MAX_CHANNEL) {
            throw new MalformedPacketException("TURN frame of no known kind");
        }
        return CHANNEL_HEADER + length;
    }

    /** Whether there are {@code count} bytes of the frame now. */
    private boolean fill(int count) {
        int more = Math.min(count - have, chunk.length - at);
        if (more > 0) {
            System.arraycopy(chunk, at, partial, have, more);
            have += more;
            at += more;
        }
        return have >= count;
    }
}
