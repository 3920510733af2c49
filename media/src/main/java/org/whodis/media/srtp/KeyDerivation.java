package org.whodis.media.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session keys from a master key by AES in counter mode (RFC 3711, section 4.3; RFC 6188, section 2, for 256-bit keys), at a
 * key derivation rate of zero, which is all that DTLS-SRTP uses.
 */
final class KeyDerivation {
    /** RFC 3711, section 4.3.1 and 4.3.2. */
    enum Label {
        RTP_KEY(0x00),
        RTP_SALT(0x02),
        RTCP_KEY(0x03),
        RTCP_SALT(0x05);

        private final int value;

        Label(int value) {
            this.value = value;
        }
    }

    /** Where the label meets the salt: key_id is 8 bits of label and 48 of index, aligned to the right of 112 bits. */
    private static final int LABEL_AT = 7;

    private static final int MAX_SALT_LENGTH = 14;

    private KeyDerivation() {}

    /**
     * Derives {@code length} bytes.
     *
     * @param masterKey of 16 or 32 bytes
     * @param masterSalt of at most 14 bytes; a shorter one, as GCM has, stands to the left of zeros
     */
    static byte[] derive(byte[] masterKey, byte[] masterSalt, Label label, int length) {
        if (masterSalt.length > MAX_SALT_LENGTH) {
            throw new IllegalArgumentException("a master salt of " + masterSalt.length + " bytes");
        }
        byte[] counter = Arrays.copyOf(masterSalt, 16);
        counter[LABEL_AT] ^= (byte) label.value;
        try {
            Cipher aes = Cipher.getInstance("AES/CTR/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"), new IvParameterSpec(counter));
            return aes.doFinal(new byte[length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CTR of the platform", e);
        } finally {
            Arrays.fill(counter, (byte) 0);
        }
    }
}
