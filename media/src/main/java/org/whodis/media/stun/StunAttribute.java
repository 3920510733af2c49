package org.whodis.media.stun;

import java.net.InetSocketAddress;
import java.util.List;

/** The attributes that ICE uses, and {@link TurnAttribute}; MESSAGE-INTEGRITY and FINGERPRINT are the business of the codec. */
public sealed interface StunAttribute
        permits StunAttribute.Username,
                StunAttribute.ErrorCode,
                StunAttribute.UnknownAttributes,
                StunAttribute.XorMappedAddress,
                StunAttribute.Priority,
                StunAttribute.UseCandidate,
                StunAttribute.IceControlled,
                StunAttribute.IceControlling,
                StunAttribute.Software,
                StunAttribute.Unknown,
                TurnAttribute {
    int USERNAME = 0x0006;
    int MESSAGE_INTEGRITY = 0x0008;
    int ERROR_CODE = 0x0009;
    int UNKNOWN_ATTRIBUTES = 0x000a;
    int XOR_MAPPED_ADDRESS = 0x0020;
    int PRIORITY = 0x0024;
    int USE_CANDIDATE = 0x0025;
    int SOFTWARE = 0x8022;
    int FINGERPRINT = 0x8028;
    int ICE_CONTROLLED = 0x8029;
    int ICE_CONTROLLING = 0x802a;

    /** RFC 8489, section 14.3: less than 509 bytes of UTF-8. */
    record Username(String value) implements StunAttribute {}

    /** RFC 8489, section 14.8: {@code code} 300 to 699. */
    record ErrorCode(int code, String reason) implements StunAttribute {
        public static final int UNAUTHENTICATED = 401;
        public static final int UNKNOWN_ATTRIBUTE = 420;
        public static final int ROLE_CONFLICT = 487;
    }

    /** RFC 8489, section 14.13. */
    record UnknownAttributes(List<Integer> types) implements StunAttribute {
        public UnknownAttributes {
            types = List.copyOf(types);
        }
    }

    /** RFC 8489, section 14.2. */
    record XorMappedAddress(InetSocketAddress address) implements StunAttribute {}

    /** RFC 8445, section 7.1.1: 32 bits, unsigned. */
    record Priority(long value) implements StunAttribute {}

    /** RFC 8445, section 7.1.2. */
    record UseCandidate() implements StunAttribute {}

    /** RFC 8445, section 7.1.3. */
    record IceControlled(long tieBreaker) implements StunAttribute {}

    /** RFC 8445, section 7.1.3. */
    record IceControlling(long tieBreaker) implements StunAttribute {}

    /** RFC 8489, section 14.14: at most 763 bytes of UTF-8. */
    record Software(String description) implements StunAttribute {}

    /** Any other: framed correctly, not read. */
    record Unknown(int type) implements StunAttribute {
        /** Whether whoever does not know it must refuse a request with it (RFC 8489, section 14). */
        public boolean isComprehensionRequired() {
            return type < 0x8000;
        }
    }
}
