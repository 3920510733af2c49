package org.whodis.core.trunk;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * One relay's end of a trunk, as its office describes it to the other.
 *
 * <pre>
 *   struct { opaque secret[32]; opaque host&lt;V&gt;; uint16 port; uint32 ssrc_base; } TrunkPlace;     host 1 to 255 bytes
 * </pre>
 *
 * <p>No record, since it holds a secret: a record would print and compare it.
 */
public final class TrunkPlace {
    public static final int SECRET_LENGTH = 32;

    /** As long as a domain name. */
    public static final int MAX_HOST = 255;

    /** SSRCs in a range. */
    public static final int RANGE = 64;

    private final Secret secret;
    private final String host;
    private final int port;
    private final long ssrcBase;

    /**
     * @param secret fresh; this office's share of the keys
     * @param host name or address of the relay, in letters, digits, dots, hyphens and colons
     * @param port of the relay, from 1 on
     * @param ssrcBase the first of the 64 SSRCs that the other relay sends with; a multiple of 64, and not 0
     */
    public TrunkPlace(Secret secret, String host, int port, long ssrcBase) {
        Check.require(secret.length() == SECRET_LENGTH, "a secret of " + secret.length() + " bytes");
        Check.require(isHost(host), "not a host");
        Check.require(port > 0 && port <= 0xffff, "port " + port);
        Check.require(ssrcBase > 0 && ssrcBase <= 0xffff_ffffL && ssrcBase % RANGE == 0, "ssrc_base " + ssrcBase);
        this.secret = secret;
        this.host = host;
        this.port = port;
        this.ssrcBase = ssrcBase;
    }

    public Secret secret() {
        return secret;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public long ssrcBase() {
        return ssrcBase;
    }

    /** Compares the secret in constant time. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrunkPlace that
                && secret.equals(that.secret)
                && host.equals(that.host)
                && port == that.port
                && ssrcBase == that.ssrcBase;
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port, ssrcBase);
    }

    @Override
    public String toString() {
        return "TrunkPlace[" + secret + ", " + host + ":" + port + ", ssrc_base " + ssrcBase + "]";
    }

    private static boolean isHost(String host) {
        if (host.isEmpty() || host.length() > MAX_HOST) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean fits = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == ':';
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    void write(WireWriter out) {
        byte[] exposed = secret.expose();
        out.fixed(exposed).text(host).uint16(port).uint32(ssrcBase);
        Arrays.fill(exposed, (byte) 0);
    }

    static TrunkPlace read(WireReader in) throws DecodeException {
        Secret secret = Secret.copyOf(in.fixed(SECRET_LENGTH));
        String host = in.text(MAX_HOST);
        int port = in.uint16();
        long base = in.uint32();
        if (!isHost(host) || port == 0 || base == 0 || base % RANGE != 0) {
            throw new DecodeException("a place of a trunk that cannot be");
        }
        return new TrunkPlace(secret, host, port, base);
    }
}
