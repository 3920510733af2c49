package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Where the device finds its place (protocol section 6).
 *
 * <pre>
 *   struct {
 *       opaque host&lt;V&gt;; uint16 port;      the device's own office's relay
 *       opaque ice_ufrag&lt;V&gt;; opaque ice_pwd&lt;V&gt;; opaque dtls_fingerprint[32];
 *       uint32 ssrc;                      the one the device sends with
 *       TurnAccess turn;
 *   } MediaJoined;
 * </pre>
 *
 * @param host an IP address in its textual form or a host name: letters, digits, dots, hyphens and colons
 */
public record MediaJoined(
        String host, int port, String iceUfrag, String icePwd, Bytes dtlsFingerprint, long ssrc, TurnAccess turn)
        implements Encodable {
    private static final int MAX_HOST = 255;

    public MediaJoined {
        Check.require(isHost(host), "not a host");
        Check.require(port > 0 && port <= 0xffff, "port " + port);
        MediaJoin.requireCredentials(iceUfrag, icePwd);
        Check.length(dtlsFingerprint, MediaJoin.FINGERPRINT_LENGTH, "dtls_fingerprint");
        Check.require(ssrc >= 0 && ssrc <= 0xffff_ffffL, "ssrc " + ssrc);
    }

    @Override
    public void write(WireWriter out) {
        out.text(host)
                .uint16(port)
                .text(iceUfrag)
                .text(icePwd)
                .fixed(dtlsFingerprint)
                .uint32(ssrc);
        turn.write(out);
    }

    public static MediaJoined read(WireReader in) throws DecodeException {
        String host = in.text(MAX_HOST);
        int port = in.uint16();
        if (!isHost(host) || port == 0) {
            throw new DecodeException("not the address of a relay");
        }
        return new MediaJoined(
                host,
                port,
                MediaJoin.readUfrag(in),
                MediaJoin.readPwd(in),
                in.fixed(MediaJoin.FINGERPRINT_LENGTH),
                in.uint32(),
                TurnAccess.read(in));
    }

    public static MediaJoined decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, MediaJoined::read);
    }

    /** Without the password, which is not for logs. */
    @Override
    public String toString() {
        return "MediaJoined[" + host + " port " + port + "]";
    }

    private static boolean isHost(String text) {
        if (text.isEmpty() || text.length() > MAX_HOST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != ':') {
                return false;
            }
        }
        return true;
    }
}
