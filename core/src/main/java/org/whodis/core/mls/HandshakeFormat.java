package org.whodis.core.mls;

/** How a proposal or Commit is framed (RFC 9420 section 6); application data is always a PrivateMessage. */
public enum HandshakeFormat {
    /** Signed and readable by whoever carries it (section 6.2). */
    PUBLIC_MESSAGE(Codepoints.WIRE_PUBLIC_MESSAGE),
    /** Signed and encrypted to the group (section 6.3). */
    PRIVATE_MESSAGE(Codepoints.WIRE_PRIVATE_MESSAGE);

    private final int wireFormat;

    HandshakeFormat(int wireFormat) {
        this.wireFormat = wireFormat;
    }

    int wireFormat() {
        return wireFormat;
    }
}
