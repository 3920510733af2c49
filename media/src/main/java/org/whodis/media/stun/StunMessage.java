package org.whodis.media.stun;

import static org.whodis.media.stun.StunAttribute.ERROR_CODE;
import static org.whodis.media.stun.StunAttribute.FINGERPRINT;
import static org.whodis.media.stun.StunAttribute.ICE_CONTROLLED;
import static org.whodis.media.stun.StunAttribute.ICE_CONTROLLING;
import static org.whodis.media.stun.StunAttribute.MESSAGE_INTEGRITY;
import static org.whodis.media.stun.StunAttribute.PRIORITY;
import static org.whodis.media.stun.StunAttribute.SOFTWARE;
import static org.whodis.media.stun.StunAttribute.UNKNOWN_ATTRIBUTES;
import static org.whodis.media.stun.StunAttribute.USERNAME;
import static org.whodis.media.stun.StunAttribute.USE_CANDIDATE;
import static org.whodis.media.stun.StunAttribute.XOR_MAPPED_ADDRESS;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.whodis.media.Datagram;
import org.whodis.media.MalformedPacketException;

/**
 * A STUN message (RFC 8489) that was received whole in one datagram.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|  message type (14 bits)   |         message length        |
 * |                  magic cookie = 0x2112a442                    |
 * |                  transaction id (96 bits)                     |
 * |  attributes: type (16) | length (16) | value, padded to 4     |
 * </pre>
 *
 * <p>Decoding checks the frame of every attribute, the form of those it reads, and FINGERPRINT. Whether the message is
 * authentic is asked separately: {@link #isAuthentic}. Attributes behind MESSAGE-INTEGRITY are not authenticated and
 * therefore not in {@link #attributes} (RFC 8489, section 14.5).
 */
public final class StunMessage {
    public static final int BINDING = 0x001;
    public static final int HEADER_LENGTH = 20;

    static final int MAGIC_COOKIE = 0x2112a442;
    static final int INTEGRITY_LENGTH = 20;
    static final int FINGERPRINT_XOR = 0x5354554e;

    /** A check of a browser has about ten. */
    private static final int MAX_ATTRIBUTES = 32;
    /** RFC 8489, section 14.3: a user name is less than 509 bytes. */
    private static final int MAX_USERNAME = 508;
    /** RFC 8489, sections 14.8 and 14.14: reason phrases and descriptions are at most 763 bytes. */
    private static final int MAX_TEXT = 763;

    private static final int NO_SCOPE = -1;

    private final StunClass stunClass;
    private final int method;
    private final TransactionId transactionId;
    private final List<StunAttribute> attributes;
    private final byte[] raw;
    private final int integrityAt;
    private final boolean fingerprinted;

    private StunMessage(
            StunClass stunClass,
            int method,
            TransactionId transactionId,
            List<StunAttribute> attributes,
            byte[] raw,
            int integrityAt,
            boolean fingerprinted) {
        this.stunClass = stunClass;
        this.method = method;
        this.transactionId = transactionId;
        this.attributes = List.copyOf(attributes);
        this.raw = raw;
        this.integrityAt = integrityAt;
        this.fingerprinted = fingerprinted;
    }

    /**
     * Reads a message and keeps {@code datagram}, which must not change any more.
     *
     * @throws MalformedPacketException if any rule above is broken
     */
    public static StunMessage decode(byte[] datagram) throws MalformedPacketException {
        if (datagram.length < HEADER_LENGTH || datagram.length > Datagram.MAX_RECEIVED) {
            throw new MalformedPacketException("STUN message length");
        }
        ByteBuffer in = ByteBuffer.wrap(datagram);
        int type = in.getShort() & 0xffff;
        int length = in.getShort() & 0xffff;
        if (type >> 14 != 0 || length % 4 != 0 || length != datagram.length - HEADER_LENGTH) {
            throw new MalformedPacketException("STUN header");
        }
        if (in.getInt() != MAGIC_COOKIE) {
            throw new MalformedPacketException("STUN magic cookie");
        }
        TransactionId transactionId = TransactionId.read(in);
        List<StunAttribute> attributes = new ArrayList<>();
        int count = 0;
        int integrityAt = -1;
        boolean fingerprinted = false;
        while (in.hasRemaining()) {
            int at = in.position();
            int attribute = in.getShort() & 0xffff;
            int size = in.getShort() & 0xffff;
            int next = at + 4 + (size + 3 & ~3);
            if (fingerprinted || next > datagram.length || ++count > MAX_ATTRIBUTES) {
                throw new MalformedPacketException("STUN attribute behind FINGERPRINT, truncated, or one too many");
            }
            ByteBuffer value = in.slice(at + 4, size);
            if (attribute == FINGERPRINT) {
                requireFingerprint(datagram, at, value);
                fingerprinted = true;
            } else if (integrityAt < 0) {
                if (attribute == MESSAGE_INTEGRITY) {
                    require(size == INTEGRITY_LENGTH, "STUN MESSAGE-INTEGRITY length");
                    integrityAt = at;
                } else {
                    attributes.add(decodeAttribute(attribute, value, transactionId));
                }
            }
            in.position(next);
        }
        return new StunMessage(
                StunClass.ofType(type),
                type & 0xf | type >> 1 & 0x70 | type >> 2 & 0xf80,
                transactionId,
                attributes,
                datagram,
                integrityAt,
                fingerprinted);
    }

    public StunClass stunClass() {
        return stunClass;
    }

    public int method() {
        return method;
    }

    public boolean isBindingRequest() {
        return stunClass == StunClass.REQUEST && method == BINDING;
    }

    public TransactionId transactionId() {
        return transactionId;
    }

    /** In order; of a type that appears twice the first one counts (RFC 8489, section 14). */
    public List<StunAttribute> attributes() {
        return attributes;
    }

    /** The first attribute of this type. */
    public <A extends StunAttribute> Optional<A> attribute(Class<A> type) {
        for (StunAttribute attribute : attributes) {
            if (type.isInstance(attribute)) {
                return Optional.of(type.cast(attribute));
            }
        }
        return Optional.empty();
    }

    /** All attributes of this type, in order. */
    public <A extends StunAttribute> List<A> all(Class<A> type) {
        return attributes.stream().filter(type::isInstance).map(type::cast).toList();
    }

    public boolean has(Class<? extends StunAttribute> type) {
        return attribute(type).isPresent();
    }

    /** The types that a request may not have unless they are understood (RFC 8489, section 6.3.1). */
    public List<Integer> unknownRequiredTypes() {
        List<Integer> types = new ArrayList<>();
        for (StunAttribute attribute : attributes) {
            if (attribute instanceof StunAttribute.Unknown unknown && unknown.isComprehensionRequired()) {
                types.add(unknown.type());
            } else if (method == BINDING && attribute instanceof TurnAttribute turn) {
                types.add(turn.type());
            }
        }
        return types;
    }

    /** Whether there was a FINGERPRINT; a wrong one is refused by {@link #decode}. */
    public boolean isFingerprinted() {
        return fingerprinted;
    }

    /** The length on the wire. */
    public int length() {
        return raw.length;
    }

    public boolean hasIntegrity() {
        return integrityAt >= 0;
    }

    /**
     * Whether MESSAGE-INTEGRITY is there and right under {@code key} (RFC 8489, section 14.5): computed over all before it,
     * with a length field that ends at it. Compares in constant time.
     */
    public boolean isAuthentic(byte[] key) {
        if (integrityAt < 0) {
            return false;
        }
        byte[] expected = StunEncoder.integrity(key, raw, integrityAt);
        byte[] found = new byte[INTEGRITY_LENGTH];
        System.arraycopy(raw, integrityAt + 4, found, 0, INTEGRITY_LENGTH);
        return MessageDigest.isEqual(expected, found);
    }

    private static StunAttribute decodeAttribute(int type, ByteBuffer value, TransactionId id)
            throws MalformedPacketException {
        int size = value.remaining();
        return switch (type) {
            case USERNAME -> {
                require(size <= MAX_USERNAME, "STUN USERNAME length");
                yield new StunAttribute.Username(utf8(value));
            }
            case ERROR_CODE -> decodeErrorCode(value);
            case UNKNOWN_ATTRIBUTES -> {
                require(size % 2 == 0, "STUN UNKNOWN-ATTRIBUTES length");
                List<Integer> types = new ArrayList<>();
                while (value.hasRemaining()) {
                    types.add(value.getShort() & 0xffff);
                }
                yield new StunAttribute.UnknownAttributes(types);
            }
            case XOR_MAPPED_ADDRESS -> new StunAttribute.XorMappedAddress(decodeAddress(value, id));
            case PRIORITY -> {
                require(size == 4, "STUN PRIORITY length");
                yield new StunAttribute.Priority(value.getInt() & 0xffffffffL);
            }
            case USE_CANDIDATE -> {
                require(size == 0, "STUN USE-CANDIDATE length");
                yield new StunAttribute.UseCandidate();
            }
            case ICE_CONTROLLED -> {
                require(size == 8, "STUN ICE-CONTROLLED length");
                yield new StunAttribute.IceControlled(value.getLong());
            }
            case ICE_CONTROLLING -> {
                require(size == 8, "STUN ICE-CONTROLLING length");
                yield new StunAttribute.IceControlling(value.getLong());
            }
            case SOFTWARE -> {
                require(size <= MAX_TEXT, "STUN SOFTWARE length");
                yield new StunAttribute.Software(utf8(value));
            }
            default -> decodeTurnAttribute(type, value, id);
        };
    }

    /** The RFFU bits of these attributes are ignored, as RFC 8656, section 18, says for each. */
    private static StunAttribute decodeTurnAttribute(int type, ByteBuffer value, TransactionId id)
            throws MalformedPacketException {
        int size = value.remaining();
        return switch (type) {
            case TurnAttribute.CHANNEL_NUMBER -> {
                require(size == 4, "TURN CHANNEL-NUMBER length");
                yield new TurnAttribute.ChannelNumber(value.getShort() & 0xffff);
            }
            case TurnAttribute.LIFETIME -> {
                require(size == 4, "TURN LIFETIME length");
                yield new TurnAttribute.Lifetime(value.getInt() & 0xffffffffL);
            }
            case TurnAttribute.XOR_PEER_ADDRESS -> new TurnAttribute.XorPeerAddress(decodeAddress(value, id));
            case TurnAttribute.DATA -> {
                byte[] bytes = new byte[size];
                value.get(bytes);
                yield new TurnAttribute.Data(bytes);
            }
            case TurnAttribute.REALM -> {
                require(size <= MAX_TEXT, "STUN REALM length");
                yield new TurnAttribute.Realm(utf8(value));
            }
            case TurnAttribute.NONCE -> {
                require(size <= MAX_TEXT, "STUN NONCE length");
                yield new TurnAttribute.Nonce(utf8(value));
            }
            case TurnAttribute.XOR_RELAYED_ADDRESS -> new TurnAttribute.XorRelayedAddress(decodeAddress(value, id));
            case TurnAttribute.REQUESTED_ADDRESS_FAMILY -> {
                require(size == 4, "TURN REQUESTED-ADDRESS-FAMILY length");
                yield new TurnAttribute.RequestedAddressFamily(value.get() & 0xff);
            }
            case TurnAttribute.EVEN_PORT -> {
                require(size == 1, "TURN EVEN-PORT length");
                yield new TurnAttribute.EvenPort(value.get() < 0);
            }
            case TurnAttribute.REQUESTED_TRANSPORT -> {
                require(size == 4, "TURN REQUESTED-TRANSPORT length");
                yield new TurnAttribute.RequestedTransport(value.get() & 0xff);
            }
            case TurnAttribute.DONT_FRAGMENT -> {
                require(size == 0, "TURN DONT-FRAGMENT length");
                yield new TurnAttribute.DontFragment();
            }
            case TurnAttribute.RESERVATION_TOKEN -> {
                require(size == 8, "TURN RESERVATION-TOKEN length");
                yield new TurnAttribute.ReservationToken(value.getLong());
            }
            default -> new StunAttribute.Unknown(type);
        };
    }

    private static StunAttribute decodeErrorCode(ByteBuffer value) throws MalformedPacketException {
        require(value.remaining() >= 4 && value.remaining() <= 4 + MAX_TEXT, "STUN ERROR-CODE length");
        int word = value.getInt();
        int hundreds = word >> 8 & 7;
        int number = word & 0xff;
        require(hundreds >= 3 && hundreds <= 6 && number <= 99, "STUN ERROR-CODE");
        return new StunAttribute.ErrorCode(100 * hundreds + number, utf8(value));
    }

    private static InetSocketAddress decodeAddress(ByteBuffer value, TransactionId id) throws MalformedPacketException {
        require(value.remaining() >= 4, "STUN XOR-MAPPED-ADDRESS length");
        int family = value.getShort() & 0xff;
        int port = (value.getShort() ^ MAGIC_COOKIE >> 16) & 0xffff;
        int expected = switch (family) {
            case StunEncoder.IPV4 -> 4;
            case StunEncoder.IPV6 -> 16;
            default -> -1;
        };
        require(value.remaining() == expected, "STUN XOR-MAPPED-ADDRESS family or length");
        byte[] address = new byte[expected];
        value.get(address);
        StunEncoder.xorAddress(address, id);
        try {
            // Not InetAddress.getByAddress, which takes an IPv4 address that is mapped into IPv6 for IPv4: nobody of
            // ours
            // writes one, and a rule about addresses must not be got around by another spelling.
            return new InetSocketAddress(
                    expected == 4
                            ? InetAddress.getByAddress(address)
                            : Inet6Address.getByAddress(null, address, NO_SCOPE),
                    port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private static void requireFingerprint(byte[] datagram, int at, ByteBuffer value) throws MalformedPacketException {
        require(value.remaining() == 4, "STUN FINGERPRINT length");
        require(value.getInt() == StunEncoder.fingerprint(datagram, at), "STUN FINGERPRINT");
    }

    private static String utf8(ByteBuffer value) throws MalformedPacketException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(value)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedPacketException("STUN text is not UTF-8");
        }
    }

    private static void require(boolean condition, String rule) throws MalformedPacketException {
        if (!condition) {
            throw new MalformedPacketException(rule);
        }
    }
}
