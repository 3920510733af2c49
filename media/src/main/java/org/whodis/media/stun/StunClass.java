package org.whodis.media.stun;

/** The class of a message: bits 4 and 8 of its type (RFC 8489, section 5). */
public enum StunClass {
    REQUEST(0x000),
    INDICATION(0x010),
    SUCCESS(0x100),
    ERROR(0x110);

    private final int typeBits;

    StunClass(int typeBits) {
        this.typeBits = typeBits;
    }

    int typeBits() {
        return typeBits;
    }

    static StunClass ofType(int type) {
        return switch (type & 0x110) {
            case 0x000 -> REQUEST;
            case 0x010 -> INDICATION;
            case 0x100 -> SUCCESS;
            default -> ERROR;
        };
    }
}
