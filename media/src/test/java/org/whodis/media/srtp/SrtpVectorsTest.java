package org.whodis.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.media.PublishedVectors;
import org.whodis.media.rtp.RtpHeader;

class SrtpVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String PUBLISHED = "RFC 7714, RFC 3711, RFC 6188 and https://github.com/cisco/libsrtp";

    /** RFC 7714, section 16: the key and salt, the packet, and the packet under AEAD_AES_256_GCM (section 16.2.1). */
    private static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    private static final String SALT = "517569642070726f2071756f";
    private static final String RTP =
            "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private static final String SRTP =
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13";
    /** RFC 7714, section 17. */
    private static final String RTCP =
            "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

    private static final String SRTCP =
            "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4";

    private static SessionKeys sessionKeys(String key, String salt) {
        return new SessionKeys(
                new GcmKey(HEX.parseHex(key), HEX.parseHex(salt)), new GcmKey(HEX.parseHex(key), HEX.parseHex(salt)));
    }

    @Test
    @DisplayName("RFC 7714, section 16.2: SRTP AEAD_AES_256_GCM encryption and decryption")
    void rtpIsProtectedAndUnprotectedAsPublished() throws Exception {
        byte[] rtp = HEX.parseHex(RTP);
        RtpHeader header = RtpHeader.decode(rtp);
        byte[] payload = Arrays.copyOfRange(rtp, RtpHeader.LENGTH, rtp.length);
        assertThat(new SrtpSender(sessionKeys(KEY, SALT)).protect(header, header.sequence(), payload))
                .isEqualTo(HEX.parseHex(SRTP));
        SrtpReceiver receiver = new SrtpReceiver(sessionKeys(KEY, SALT));
        receiver.open(header.ssrc());
        RtpPacket packet = receiver.unprotect(HEX.parseHex(SRTP));
        assertThat(packet.header()).isEqualTo(header);
        assertThat(packet.payload()).isEqualTo(payload);
    }

    @Test
    @DisplayName("RFC 7714, section 17: SRTCP AEAD_AES_256_GCM decryption")
    void rtcpIsUnprotectedAsPublished() throws Exception {
        SrtpReceiver receiver = new SrtpReceiver(sessionKeys(KEY, SALT));
        assertThat(receiver.unprotectRtcp(HEX.parseHex(SRTCP)).bytes()).isEqualTo(HEX.parseHex(RTCP));
    }

    @Test
    @DisplayName("RFC 7714, sections 16 and 17: both key lengths, encryption and tagging, from the published file")
    void theCipherMakesAllPublishedPackets() throws Exception {
        for (JsonNode vector : vectors().get("aead_gcm_rfc7714")) {
            // One cipher for each packet: the platform's refuses a nonce that it has just used, as it should.
            Supplier<GcmKey> fresh = () -> new GcmKey(hex(vector, "srtpSessionKey"), hex(vector, "srtpSessionSalt"));
            GcmKey key = fresh.get();
            byte[] rtp = hex(vector, "decryptedRTPPacket");
            byte[] nonce = key.rtpNonce(Words.read(rtp, 8), (rtp[2] & 0xff) << 8 | rtp[3] & 0xff);
            assertThat(sealed(fresh.get(), nonce, rtp, 12, rtp, 12)).isEqualTo(hex(vector, "encryptedRTPPacket"));
            assertThat(sealed(fresh.get(), nonce, rtp, rtp.length, rtp, rtp.length))
                    .isEqualTo(hex(vector, "authenticatedRTPPacket"));

            byte[] rtcp = hex(vector, "decryptedRTCPPacket");
            byte[] encrypted = hex(vector, "encryptedRTCPPacket");
            int trailer = encrypted.length - 4;
            byte[] rtcpNonce = key.rtcpNonce(Words.read(rtcp, 4), 0x5d4);
            byte[] aad = Words.rtcpAad(encrypted, trailer);
            assertThat(sealed(fresh.get(), rtcpNonce, aad, aad.length, rtcp, 8))
                    .isEqualTo(Arrays.copyOf(encrypted, trailer));
            byte[] tagged = hex(vector, "authenticatedRTCPPacket");
            byte[] allClear = Arrays.copyOf(rtcp, rtcp.length + 4);
            System.arraycopy(tagged, tagged.length - 4, allClear, rtcp.length, 4);
            assertThat(sealed(fresh.get(), rtcpNonce, allClear, allClear.length, rtcp, rtcp.length))
                    .isEqualTo(Arrays.copyOf(tagged, tagged.length - 4));
        }
    }

    /** {@code packet} with all from {@code clear} on sealed, and the tag. */
    private static byte[] sealed(GcmKey key, byte[] nonce, byte[] aad, int aadLength, byte[] packet, int clear) {
        byte[] out = Arrays.copyOf(packet, packet.length + GcmKey.TAG_LENGTH);
        key.seal(nonce, aad, aadLength, packet, clear, packet.length - clear, out, clear);
        return out;
    }

    @Test
    @DisplayName("RFC 3711, appendix B.3, and RFC 6188, section 7.2: key derivation from 128 and 256 bits")
    void sessionKeysAreDerivedAsPublished() throws Exception {
        JsonNode kdf = vectors().get("kdf");
        for (int bits : new int[] {128, 256}) {
            byte[] key = hex(kdf, "masterKey" + bits);
            byte[] salt = hex(kdf, "masterSalt" + bits);
            assertThat(KeyDerivation.derive(key, salt, KeyDerivation.Label.RTP_KEY, bits / 8))
                    .isEqualTo(hex(kdf, "cipherKey" + bits));
            assertThat(KeyDerivation.derive(key, salt, KeyDerivation.Label.RTP_SALT, 14))
                    .isEqualTo(hex(kdf, "cipherSalt" + bits));
        }
    }

    @Test
    @DisplayName("libsrtp, srtp_validate_gcm: master key to packet, SRTP and SRTCP")
    void packetsFromMasterKeysAreThoseOfLibsrtp() throws Exception {
        JsonNode packets = vectors().get("packets_and_cryptex_jitsi");
        byte[] key = hex(packets, "test_key_gcm");
        byte[] salt = hex(packets, "test_key_salt_gcm");
        byte[] rtp = hex(packets, "rtp_plaintext_ref");
        byte[] srtp = hex(packets, "srtp_ciphertext_gcm");
        RtpHeader header = RtpHeader.decode(rtp);
        SrtpSender sender = new SrtpSender(SessionKeys.derive(key, salt));
        assertThat(sender.protect(header, header.sequence(), Arrays.copyOfRange(rtp, 12, rtp.length)))
                .isEqualTo(srtp);
        byte[] rtcp = hex(packets, "rtcp_plaintext_ref");
        assertThat(sender.protectRtcp(rtcp)).isEqualTo(hex(packets, "srtcp_ciphertext_gcm"));

        SrtpReceiver receiver = new SrtpReceiver(SessionKeys.derive(key, salt));
        receiver.open(header.ssrc());
        assertThat(receiver.unprotect(srtp).payload()).isEqualTo(Arrays.copyOfRange(rtp, 12, rtp.length));
        assertThat(receiver.unprotectRtcp(hex(packets, "srtcp_ciphertext_gcm")).bytes())
                .isEqualTo(rtcp);
    }

    private static JsonNode vectors() throws Exception {
        return PublishedVectors.json("srtp/srtp-vectors.json", PUBLISHED);
    }

    private static byte[] hex(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asText());
    }
}
