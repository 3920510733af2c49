package org.whodis.media.stun;

import java.net.InetSocketAddress;

/**
 * The attributes by which TURN asks and answers: those of RFC 8656, section 18, and of the long-term credential mechanism
 * (RFC 8489, section 9.2). ICE knows none of them: in a Binding request they count as unknown.
 */
public sealed interface TurnAttribute extends StunAttribute {
    int CHANNEL_NUMBER = 0x000c;
    int LIFETIME = 0x000d;
    int XOR_PEER_ADDRESS = 0x0012;
    int DATA = 0x0013;
    int REALM = 0x0014;
    int NONCE = 0x0015;
    int XOR_RELAYED_ADDRESS = 0x0016;
    int REQUESTED_ADDRESS_FAMILY = 0x0017;
    int EVEN_PORT = 0x0018;
    int REQUESTED_TRANSPORT = 0x0019;
    int DONT_FRAGMENT = 0x001a;
    int RESERVATION_TOKEN = 0x0022;

    /** The number on the wire. */
    int type();

    /** RFC 8656, section 18.1: 0x4000 to 0x4fff are in use; whether this one is, is asked by whoever reads it. */
    record ChannelNumber(int number) implements TurnAttribute {
        @Override
        public int type() {
            return CHANNEL_NUMBER;
        }
    }

    /** RFC 8656, section 18.2: 32 bits, unsigned. */
    record Lifetime(long seconds) implements TurnAttribute {
        @Override
        public int type() {
            return LIFETIME;
        }
    }

    /** RFC 8656, section 18.3. An IPv4 address that is mapped into IPv6 stays an IPv6 address here. */
    record XorPeerAddress(InetSocketAddress address) implements TurnAttribute {
        @Override
        public int type() {
            return XOR_PEER_ADDRESS;
        }
    }

    /** RFC 8656, section 18.4: the payload of one datagram. */
    final class Data implements TurnAttribute {
        private final byte[] bytes;

        public Data(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes themselves, not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int type() {
            return DATA;
        }
    }

    /** RFC 8489, section 14.9: at most 763 bytes of UTF-8. */
    record Realm(String value) implements TurnAttribute {
        @Override
        public int type() {
            return REALM;
        }
    }

    /** RFC 8489, section 14.10: at most 763 bytes of UTF-8. */
    record Nonce(String value) implements TurnAttribute {
        @Override
        public int type() {
            return NONCE;
        }
    }

    /** RFC 8656, section 18.5. */
    record XorRelayedAddress(InetSocketAddress address) implements TurnAttribute {
        @Override
        public int type() {
            return XOR_RELAYED_ADDRESS;
        }
    }

    /** RFC 8656, section 18.6: 1 for IPv4, 2 for IPv6. */
    record RequestedAddressFamily(int family) implements TurnAttribute {
        public static final int IPV4 = StunEncoder.IPV4;
        public static final int IPV6 = StunEncoder.IPV6;

        @Override
        public int type() {
            return REQUESTED_ADDRESS_FAMILY;
        }
    }

    /** RFC 8656, section 18.7: {@code reserve}, whether the port behind it is to be kept. */
    record EvenPort(boolean reserve) implements TurnAttribute {
        @Override
        public int type() {
            return EVEN_PORT;
        }
    }

    /** RFC 8656, section 18.8: a protocol number of IANA's, of which TURN has 17, UDP. */
    record RequestedTransport(int protocol) implements TurnAttribute {
        public static final int UDP = 17;

        @Override
        public int type() {
            return REQUESTED_TRANSPORT;
        }
    }

    /** RFC 8656, section 18.9. */
    record DontFragment() implements TurnAttribute {
        @Override
        public int type() {
            return DONT_FRAGMENT;
        }
    }

    /** RFC 8656, section 18.10: 8 bytes. */
    record ReservationToken(long token) implements TurnAttribute {
        @Override
        public int type() {
            return RESERVATION_TOKEN;
        }
    }
}
