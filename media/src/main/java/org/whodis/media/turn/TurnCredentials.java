package org.whodis.media.turn;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.whodis.media.RandomBytes;

/**
 * Makes credentials and knows its own again without keeping any: the user name says until when, for which peer and for whom
 * it is good, and the password is a MAC over it.
 *
 * <pre>
 *   user name = BASE64URL( uint64 expires_at || uint16 port || opaque address[4 or 16] || opaque holder[8] || opaque random[8] )
 *   password  = BASE64URL( first 24 bytes of HMAC-SHA-256( secret, user name ) )
 * </pre>
 *
 * <p>The secret is of one run, so that times may be those of its monotonic clock. May be used by several threads.
 */
public final class TurnCredentials {
    /** Longer than anybody talks without changing the network once, which takes a new credential. */
    public static final long LIFETIME_NANOS = 12 * 3600 * 1_000_000_000L;

    /** Of what tells holders apart. */
    public static final int HOLDER_BYTES = 8;

    private static final int SECRET_LENGTH = 32;
    private static final int PASSWORD_BYTES = 24;
    private static final int RANDOM_BYTES = 8;
    private static final int FIXED_BYTES = 8 + 2 + HOLDER_BYTES + RANDOM_BYTES;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int NO_SCOPE = -1;

    private final RandomBytes random;
    private final byte[] secret;

    /** With a fresh secret. */
    public TurnCredentials(RandomBytes random) {
        this.random = random;
        this.secret = random.next(SECRET_LENGTH);
    }

    /**
     * What a user name of ours says.
     *
     * @param peer the one address that may be named as a peer's
     * @param holder whose allocations are counted together
     */
    record Admission(String username, InetSocketAddress peer, String holder, String password) {
        @Override
        public String toString() {
            return "Admission[" + username + "]";
        }
    }

    /**
     * A fresh credential for {@code peer}, which has an address and a port.
     *
     * @param holder {@link #HOLDER_BYTES} bytes, the same for all credentials of one holder
     */
    public TurnCredential issue(InetSocketAddress peer, byte[] holder, long nowNanos) {
        if (holder.length != HOLDER_BYTES) {
            throw new IllegalArgumentException("a holder of " + holder.length + " bytes");
        }
        byte[] address = peer.getAddress().getAddress();
        byte[] text = ByteBuffer.allocate(FIXED_BYTES + address.length)
                .putLong(nowNanos + LIFETIME_NANOS)
                .putShort((short) peer.getPort())
                .put(address)
                .put(holder)
                .put(random.next(RANDOM_BYTES))
                .array();
        String username = ENCODER.encodeToString(text);
        return new TurnCredential(username, password(username));
    }

    /**
     * What {@code username} says, if it can be one of ours and has not expired. Whether it is shows only when the password
     * that is given here has authenticated the request.
     */
    Optional<Admission> admit(String username, long nowNanos) {
        byte[] text;
        try {
            text = Base64.getUrlDecoder().decode(username);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int addressLength = text.length - FIXED_BYTES;
        if (addressLength != 4 && addressLength != 16) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(text);
        long expiresAt = in.getLong();
        int port = in.getShort() & 0xffff;
        byte[] address = new byte[addressLength];
        in.get(address);
        byte[] holder = new byte[HOLDER_BYTES];
        in.get(holder);
        return expiresAt - nowNanos <= 0
                ? Optional.empty()
                : Optional.of(new Admission(
                        username, new InetSocketAddress(ip(address), port), holder(holder), password(username)));
    }

    /** How {@link TurnQuota} names the holder of these {@link #HOLDER_BYTES} bytes. */
    public static String holder(byte[] holder) {
        return ENCODER.encodeToString(holder);
    }

    private static InetAddress ip(byte[] address) {
        try {
            return address.length == 4
                    ? InetAddress.getByAddress(address)
                    : Inet6Address.getByAddress(null, address, NO_SCOPE);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private String password(String username) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] code = mac.doFinal(username.getBytes(StandardCharsets.US_ASCII));
            return ENCODER.encodeToString(Arrays.copyOf(code, PASSWORD_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 of the platform", e);
        }
    }
}
