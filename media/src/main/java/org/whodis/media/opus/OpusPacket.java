package org.whodis.media.opus;

/**
 * The shape of an Opus packet (RFC 6716 section 3), as far as it can be read without decoding:
 *
 * <pre>
 *    0 1 2 3 4 5 6 7
 *   +-+-+-+-+-+-+-+-+
 *   | config  |s| c |   TOC: mode, bandwidth and frame size; stereo; code of the number of frames
 *   +-+-+-+-+-+-+-+-+
 *   code 0: one frame.  1: two of equal size.  2: two, the first with its size in front.
 *   code 3: one more byte |v|p| M |: variable sizes, padding, number of frames
 * </pre>
 */
final class OpusPacket {
    /** "the maximum size of a packet" of one frame: 1275 bytes and the TOC (RFC 6716 section 3.2.1, 3.4). */
    static final int MAX_LENGTH = 1276;

    private OpusPacket() {}

    /** How many samples at 48 kHz {@code packet} stands for. */
    static int samples(byte[] packet) throws OpusException {
        if (packet.length == 0) {
            throw new OpusException("an empty packet");
        }
        if (packet.length > MAX_LENGTH) {
            throw new OpusException("a packet of " + packet.length + " bytes; the most is " + MAX_LENGTH);
        }
        int frames = frames(packet);
        if (frames == 0) {
            throw new OpusException("a packet of no frames");
        }
        return frames * samplesPerFrame(packet[0] >> 3 & 31);
    }

    private static int frames(byte[] packet) throws OpusException {
        int code = packet[0] & 3;
        if (code < 3) {
            return code == 0 ? 1 : 2;
        }
        if (packet.length < 2) {
            throw new OpusException("a packet of code 3 without its count of frames");
        }
        return packet[1] & 63;
    }

    /** Table 2 of RFC 6716 section 3.1. */
    private static int samplesPerFrame(int config) {
        if (config < 12) {
            // SILK: 10, 20, 40, 60 ms
            int step = config & 3;
            return step == 3 ? 2880 : 480 << step;
        }
        if (config < 16) {
            // Hybrid: 10, 20 ms
            return 480 << (config & 1);
        }
        // CELT: 2.5, 5, 10, 20 ms
        return 120 << (config & 3);
    }
}
