package org.whodis.media.stun;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.whodis.media.Datagram;

/** Writes one STUN message; its layout stands at {@link StunMessage}. */
public final class StunEncoder {
    static final int IPV4 = 1;
    static final int IPV6 = 2;

    private static final int INTEGRITY_SIZE = 4 + StunMessage.INTEGRITY_LENGTH;
    private static final int FINGERPRINT_SIZE = 8;

    private final TransactionId transactionId;
    private final ByteBuffer out;

    public StunEncoder(StunClass stunClass, int method, TransactionId transactionId) {
        this(stunClass, method, transactionId, Datagram.MAX_SENT);
    }

    /**
     * For a message that does not go into a datagram.
     *
     * @param capacity the most bytes that it may have
     */
    public StunEncoder(StunClass stunClass, int method, TransactionId transactionId, int capacity) {
        this.transactionId = transactionId;
        this.out = ByteBuffer.allocate(capacity);
        int type = stunClass.typeBits() | method & 0xf | (method & 0x70) << 1 | (method & 0xf80) << 2;
        out.putShort((short) type).putShort((short) 0).putInt(StunMessage.MAGIC_COOKIE);
        transactionId.write(out);
    }

    /** Appends an attribute. */
    public StunEncoder add(StunAttribute attribute) {
        return switch (attribute) {
            case StunAttribute.Username(var value) -> put(StunAttribute.USERNAME, utf8(value));
            case StunAttribute.ErrorCode(var code, var reason) ->
                put(
                        StunAttribute.ERROR_CODE,
                        ByteBuffer.allocate(4 + utf8(reason).length)
                                .putInt(code / 100 << 8 | code % 100)
                                .put(utf8(reason))
                                .array());
            case StunAttribute.UnknownAttributes(var types) -> {
                ByteBuffer value = ByteBuffer.allocate(2 * types.size());
                types.forEach(type -> value.putShort(type.shortValue()));
                yield put(StunAttribute.UNKNOWN_ATTRIBUTES, value.array());
            }
            case StunAttribute.XorMappedAddress(var address) -> put(StunAttribute.XOR_MAPPED_ADDRESS, xored(address));
            case StunAttribute.Priority(var value) ->
                put(
                        StunAttribute.PRIORITY,
                        ByteBuffer.allocate(4).putInt((int) value).array());
            case StunAttribute.UseCandidate() -> put(StunAttribute.USE_CANDIDATE, new byte[0]);
            case StunAttribute.IceControlled(var tieBreaker) ->
                put(
                        StunAttribute.ICE_CONTROLLED,
                        ByteBuffer.allocate(8).putLong(tieBreaker).array());
            case StunAttribute.IceControlling(var tieBreaker) ->
                put(
                        StunAttribute.ICE_CONTROLLING,
                        ByteBuffer.allocate(8).putLong(tieBreaker).array());
            case StunAttribute.Software(var description) -> put(StunAttribute.SOFTWARE, utf8(description));
            case TurnAttribute turn -> put(turn.type(), value(turn));
            case StunAttribute.Unknown unknown ->
                throw new IllegalArgumentException("an attribute of type " + unknown.type() + " has no value to write");
        };
    }

    private byte[] value(TurnAttribute attribute) {
        return switch (attribute) {
            case TurnAttribute.ChannelNumber(var number) ->
                ByteBuffer.allocate(4).putShort((short) number).array();
            case TurnAttribute.Lifetime(var seconds) ->
                ByteBuffer.allocate(4).putInt((int) seconds).array();
            case TurnAttribute.XorPeerAddress(var address) -> xored(address);
            case TurnAttribute.Data data -> data.bytes();
            case TurnAttribute.Realm(var value) -> utf8(value);
            case TurnAttribute.Nonce(var value) -> utf8(value);
            case TurnAttribute.XorRelayedAddress(var address) -> xored(address);
            case TurnAttribute.RequestedAddressFamily(var family) -> new byte[] {(byte) family, 0, 0, 0};
            case TurnAttribute.EvenPort(var reserve) -> new byte[] {(byte) (reserve ? 0x80 : 0)};
            case TurnAttribute.RequestedTransport(var protocol) -> new byte[] {(byte) protocol, 0, 0, 0};
            case TurnAttribute.DontFragment() -> new byte[0];
            case TurnAttribute.ReservationToken(var token) ->
                ByteBuffer.allocate(8).putLong(token).array();
        };
    }

    /** Appends MESSAGE-INTEGRITY, if there is a key, and FINGERPRINT, and returns the message. */
    public byte[] finish(byte @Nullable [] integrityKey) {
        if (integrityKey != null) {
            byte[] mac = integrity(integrityKey, out.array(), out.position());
            put(StunAttribute.MESSAGE_INTEGRITY, mac);
        }
        int at = out.position();
        out.putShort(2, (short) (at + FINGERPRINT_SIZE - StunMessage.HEADER_LENGTH));
        int crc = fingerprint(out.array(), at);
        put(StunAttribute.FINGERPRINT, ByteBuffer.allocate(4).putInt(crc).array());
        return Arrays.copyOf(out.array(), out.position());
    }

    private StunEncoder put(int type, byte[] value) {
        out.putShort((short) type).putShort((short) value.length).put(value);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    private byte[] xored(InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        xorAddress(ip, transactionId);
        return ByteBuffer.allocate(4 + ip.length)
                .putShort((short) (ip.length == 4 ? IPV4 : IPV6))
                .putShort((short) (address.getPort() ^ StunMessage.MAGIC_COOKIE >> 16))
                .put(ip)
                .array();
    }

    /** RFC 8489, section 14.2: with the magic cookie and, for IPv6, the transaction id behind it. */
    static void xorAddress(byte[] address, TransactionId id) {
        ByteBuffer mask = ByteBuffer.allocate(16).putInt(StunMessage.MAGIC_COOKIE);
        id.write(mask);
        for (int i = 0; i < address.length; i++) {
            address[i] ^= mask.get(i);
        }
    }

    /** HMAC-SHA1 over the message before {@code at}, its length field ending behind MESSAGE-INTEGRITY. */
    static byte[] integrity(byte[] key, byte[] message, int at) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            updateWithLength(mac::update, message, at, at + INTEGRITY_SIZE - StunMessage.HEADER_LENGTH);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA1 of the platform", e);
        }
    }

    /** CRC-32 over the message before {@code at}, its length field ending behind FINGERPRINT (section 14.7). */
    static int fingerprint(byte[] message, int at) {
        CRC32 crc = new CRC32();
        updateWithLength(crc::update, message, at, at + FINGERPRINT_SIZE - StunMessage.HEADER_LENGTH);
        return (int) crc.getValue() ^ StunMessage.FINGERPRINT_XOR;
    }

    private static void updateWithLength(Update update, byte[] message, int end, int length) {
        update.update(message, 0, 2);
        update.update(new byte[] {(byte) (length >> 8), (byte) length}, 0, 2);
        update.update(message, 4, end - 4);
    }

    private interface Update {
        void update(byte[] bytes, int from, int length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
