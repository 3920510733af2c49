package org.whodis.core.sframe;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The shape of a media frame in the Whodis profile of SFrame. Suite 5, AES_256_GCM_SHA512_128; KID by RFC 9605 section 5.2
 * with E = 8 and context 0; metadata the call id. On the wire every frame has {@link #SEALED_LENGTH} bytes:
 *
 * <pre>
 *   struct {
 *       SFrameHeader header;                 1 to 17 bytes: it grows with KID and CTR
 *       opaque encrypted_plaintext[192 - 16 - length of header];
 *       opaque tag[16];
 *   } SealedFrame;
 *
 *   struct {
 *       uint8  version = 1;
 *       uint16 length;                       0 to 92
 *       opaque sender_proof[64];             zeros in calls of two; the place of the senders' signatures in larger ones
 *       opaque payload[length];              one Opus packet
 *       opaque padding[...];                 zeros up to the end: what the header grows by is missing here
 *   } MediaPlaintext;
 * </pre>
 *
 * <p>The size does not depend on what is said or whether somebody is muted (a muted phone seals encoded silence), and the
 * receiver refuses any other size, version, length, proof or padding, so that none of them carries anything unseen.
 */
public final class MediaFrame {
    public static final CipherSuite CIPHER_SUITE = CipherSuite.AES_256_GCM_SHA512_128;

    /** The length of {@code base_key}: {@code AEAD.Nk} of the suite. */
    public static final int BASE_KEY_LENGTH = 32;

    /** Every sealed frame, header and tag included. */
    public static final int SEALED_LENGTH = 192;

    public static final int SENDER_PROOF_LENGTH = 64;

    /** {@code E}: so many epochs can be told apart in a KID, which are more than ever are in flight. */
    static final int EPOCH_BITS = 8;

    /** {@code S}: MLS leaf indices are 32 bits (RFC 9420 section 7.1). With context 0 its value does not show in a KID. */
    static final int INDEX_BITS = 32;

    static final int VERSION = 1;

    private static final int FIXED_LENGTH = 3 + SENDER_PROOF_LENGTH;

    /** What fits beside the longest header. */
    public static final int MAX_PAYLOAD_LENGTH =
            SEALED_LENGTH - SFrameHeader.MAX_LENGTH - CIPHER_SUITE.nt() - FIXED_LENGTH;

    private static final Bytes NO_PROOF = Bytes.of(new byte[SENDER_PROOF_LENGTH]);

    private MediaFrame() {}

    /** The plaintext around {@code payload} that makes a frame with a header of {@code headerLength} bytes full. */
    static Bytes pad(Bytes payload, int headerLength) {
        int padding = plaintextLength(headerLength) - FIXED_LENGTH - payload.length();
        return new WireWriter()
                .uint8(VERSION)
                .uint16(payload.length())
                .fixed(NO_PROOF)
                .fixed(payload)
                .fixed(new byte[padding])
                .toBytes();
    }

    /** The payload of a plaintext. Its sender is authentic and may be hostile all the same. */
    static Bytes unpad(Bytes plaintext) throws DecodeException {
        WireReader in = new WireReader(plaintext);
        if (in.uint8() != VERSION) {
            throw new DecodeException("unknown version of a media frame");
        }
        int length = in.uint16();
        if (length > MAX_PAYLOAD_LENGTH) {
            throw new DecodeException("a payload of " + length + " bytes; the most is " + MAX_PAYLOAD_LENGTH);
        }
        if (!isZero(in.fixed(SENDER_PROOF_LENGTH))) {
            throw new DecodeException("a sender proof where there is none in this version");
        }
        Bytes payload = in.fixed(length);
        if (!isZero(in.rest())) {
            throw new DecodeException("padding that is not zero");
        }
        return payload;
    }

    private static int plaintextLength(int headerLength) {
        return SEALED_LENGTH - CIPHER_SUITE.nt() - headerLength;
    }

    private static boolean isZero(Bytes bytes) {
        int all = 0;
        for (int i = 0; i < bytes.length(); i++) {
            all |= bytes.get(i);
        }
        return all == 0;
    }
}
