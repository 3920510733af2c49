package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * How a device reaches its place where UDP is blocked: by TURN over TLS, on the TCP port of its own office (protocol section 6).
 *
 * <pre>
 *   struct { opaque username&lt;V&gt;; opaque password&lt;V&gt;; opaque peer_address&lt;V&gt;; } TurnAccess;
 * </pre>
 *
 * @param username at most 128 characters, {@code password} as well: {@code A-Z a-z 0-9 - _}
 * @param peerAddress the relay's address, 4 or 16 bytes: with the port of the place it is the one peer that may be named
 */
public record TurnAccess(String username, String password, Bytes peerAddress) implements Encodable {
    private static final int MAX_TEXT = 128;

    public TurnAccess {
        Check.require(isToken(username), "not a user name for TURN");
        Check.require(isToken(password), "not a password for TURN");
        Check.require(isAddress(peerAddress), "not an address");
    }

    @Override
    public void write(WireWriter out) {
        out.text(username).text(password).vector(peerAddress);
    }

    public static TurnAccess read(WireReader in) throws DecodeException {
        String username = in.text(MAX_TEXT);
        String password = in.text(MAX_TEXT);
        Bytes address = in.vector(16);
        if (!isToken(username) || !isToken(password) || !isAddress(address)) {
            throw new DecodeException("not an access by TURN");
        }
        return new TurnAccess(username, password, address);
    }

    /** Without the password, which is not for logs. */
    @Override
    public String toString() {
        return "TurnAccess[" + username + "]";
    }

    private static boolean isAddress(Bytes address) {
        return address.length() == 4 || address.length() == 16;
    }

    private static boolean isToken(String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }
}
