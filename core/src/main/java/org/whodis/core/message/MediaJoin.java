package org.whodis.core.message;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A device asks its office's relay for a place in the room of a call (protocol section 6).
 *
 * <pre>
 *   struct {
 *       opaque call_id[16]; opaque ice_ufrag&lt;V&gt;; opaque ice_pwd&lt;V&gt;; opaque dtls_fingerprint[32];
 *       optional&lt;uint32&gt; ssrc;
 *   } MediaJoin;
 * </pre>
 *
 * @param iceUfrag 4 to 256 characters, {@code icePwd} 22 to 256: letters, digits, + and / (RFC 8839 section 5.4)
 * @param dtlsFingerprint SHA-256 over the DER certificate that the device will show
 * @param ssrc what the device sends with, if it cannot choose: browsers cannot
 */
public record MediaJoin(
        CallId callId,
        String iceUfrag,
        String icePwd,
        Bytes dtlsFingerprint,
        @Nullable Long ssrc) implements Encodable {
    static final int FINGERPRINT_LENGTH = 32;

    private static final int MIN_UFRAG = 4;
    private static final int MIN_PWD = 22;
    private static final int MAX_CREDENTIAL = 256;
    private static final long MAX_SSRC = 0xffff_ffffL;

    public MediaJoin {
        requireCredentials(iceUfrag, icePwd);
        Check.length(dtlsFingerprint, FINGERPRINT_LENGTH, "dtls_fingerprint");
        Check.require(ssrc == null || ssrc >= 0 && ssrc <= MAX_SSRC, "ssrc " + ssrc);
    }

    /** Of a device that leaves the SSRC to the relay. */
    public MediaJoin(CallId callId, String iceUfrag, String icePwd, Bytes dtlsFingerprint) {
        this(callId, iceUfrag, icePwd, dtlsFingerprint, null);
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(callId.value())
                .text(iceUfrag)
                .text(icePwd)
                .fixed(dtlsFingerprint)
                .optional(ssrc, WireWriter::uint32);
    }

    public static MediaJoin read(WireReader in) throws DecodeException {
        return new MediaJoin(
                CallId.read(in),
                readUfrag(in),
                readPwd(in),
                in.fixed(FINGERPRINT_LENGTH),
                in.optional(WireReader::uint32));
    }

    public static MediaJoin decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, MediaJoin::read);
    }

    /** Without the password, which is not for logs. */
    @Override
    public String toString() {
        return "MediaJoin[" + callId + "]";
    }

    static void requireCredentials(String ufrag, String pwd) {
        Check.require(isCredential(ufrag, MIN_UFRAG), "not an ice_ufrag");
        Check.require(isCredential(pwd, MIN_PWD), "not an ice_pwd");
    }

    static String readUfrag(WireReader in) throws DecodeException {
        return readCredential(in, MIN_UFRAG);
    }

    static String readPwd(WireReader in) throws DecodeException {
        return readCredential(in, MIN_PWD);
    }

    private static String readCredential(WireReader in, int least) throws DecodeException {
        String text = in.text(MAX_CREDENTIAL);
        if (!isCredential(text, least)) {
            throw new DecodeException("not an ICE credential");
        }
        return text;
    }

    private static boolean isCredential(String text, int least) {
        if (text.length() < least || text.length() > MAX_CREDENTIAL) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') {
                return false;
            }
        }
        return true;
    }
}
