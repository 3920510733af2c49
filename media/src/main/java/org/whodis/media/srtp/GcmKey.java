package org.whodis.media.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM under one session key and salt, with the nonces of RFC 7714: sections 8.1 for RTP and 9.1 for RTCP.
 *
 * <pre>
 *   RTP    00 00 | SSRC (4) | ROC (4)       | SEQ (2)            xor salt (12)
 *   RTCP   00 00 | SSRC (4) | 00 00         | 0 + SRTCP index (4) xor salt (12)
 * </pre>
 */
final class GcmKey {
    static final int TAG_LENGTH = 16;

    private static final int NONCE_LENGTH = 12;

    private final Aes key;
    private final byte[] salt;
    private final Cipher cipher;

    /** Takes both arrays over. */
    GcmKey(byte[] key, byte[] salt) {
        if (salt.length != NONCE_LENGTH) {
            throw new IllegalArgumentException("a session salt of " + salt.length + " bytes");
        }
        this.key = new Aes(key);
        this.salt = salt;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of the platform", e);
        }
    }

    byte[] rtpNonce(int ssrc, long index) {
        byte[] nonce = salt.clone();
        xor(nonce, 2, ssrc, 4);
        xor(nonce, 6, index, 6);
        return nonce;
    }

    byte[] rtcpNonce(int ssrc, int index) {
        byte[] nonce = salt.clone();
        xor(nonce, 2, ssrc, 4);
        xor(nonce, 8, index, 4);
        return nonce;
    }

    /** Writes ciphertext and tag to {@code out} from {@code outAt}; in and out may not overlap. */
    void seal(byte[] nonce, byte[] aad, int aadLength, byte[] in, int inAt, int length, byte[] out, int outAt) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_LENGTH, nonce));
            cipher.updateAAD(aad, 0, aadLength);
            cipher.doFinal(in, inAt, length, out, outAt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing a packet of our own", e);
        }
    }

    /**
     * Opens ciphertext and tag, {@code length} bytes together and at least a tag's.
     *
     * @throws SrtpException if the tag is wrong
     */
    byte[] open(byte[] nonce, byte[] aad, int aadLength, byte[] in, int inAt, int length) throws SrtpException {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_LENGTH, nonce));
            cipher.updateAAD(aad, 0, aadLength);
            return cipher.doFinal(in, inAt, length);
        } catch (AEADBadTagException e) {
            throw new SrtpException(SrtpException.Reason.BAD_TAG);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening a packet", e);
        }
    }

    /** Overwrites what we hold; what the cipher has expanded from it goes with the garbage. */
    void erase() {
        key.destroy();
        Arrays.fill(salt, (byte) 0);
    }

    private static void xor(byte[] into, int at, long value, int length) {
        for (int i = 0; i < length; i++) {
            into[at + i] ^= (byte) (value >>> 8 * (length - 1 - i));
        }
    }

    /** Unlike {@code SecretKeySpec}, this one can be erased. */
    private static final class Aes implements SecretKey {
        private static final long serialVersionUID = 1L;

        private final transient byte[] bytes;
        private transient boolean destroyed;

        Aes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            if (destroyed) {
                throw new IllegalStateException("this key was erased");
            }
            return bytes.clone();
        }

        @Override
        public void destroy() {
            Arrays.fill(bytes, (byte) 0);
            destroyed = true;
        }

        @Override
        public boolean isDestroyed() {
            return destroyed;
        }
    }
}
