package org.whodis.core.mls;

/** Values of the registries of RFC 9420 section 17 that are numbers, not types, here: all of them are {@code uint16}. */
public final class Codepoints {
    /** {@code ProtocolVersion mls10}. */
    public static final int MLS10 = 1;

    public static final int CREDENTIAL_BASIC = 0x0001;
    public static final int CREDENTIAL_X509 = 0x0002;

    /**
     * A statement signed by a device for one call; its content is the call layer's. From the private-use range
     * 0xF000..0xFFFF, since no registered type carries a chain reference and two signatures.
     */
    public static final int CREDENTIAL_WHODIS_CALL = 0xF0D1;

    /** The admissions of a party that is added to a call, in its KeyPackage; from the same range. */
    public static final int EXTENSION_WHODIS_ADMISSIONS = 0xF0D2;

    public static final int EXTENSION_APPLICATION_ID = 0x0001;
    public static final int EXTENSION_RATCHET_TREE = 0x0002;
    public static final int EXTENSION_REQUIRED_CAPABILITIES = 0x0003;
    public static final int EXTENSION_EXTERNAL_PUB = 0x0004;
    public static final int EXTENSION_EXTERNAL_SENDERS = 0x0005;

    static final int PROPOSAL_ADD = 0x0001;
    static final int PROPOSAL_UPDATE = 0x0002;
    static final int PROPOSAL_REMOVE = 0x0003;
    static final int PROPOSAL_PSK = 0x0004;
    static final int PROPOSAL_REINIT = 0x0005;
    static final int PROPOSAL_EXTERNAL_INIT = 0x0006;
    static final int PROPOSAL_GROUP_CONTEXT_EXTENSIONS = 0x0007;

    static final int WIRE_PUBLIC_MESSAGE = 0x0001;
    static final int WIRE_PRIVATE_MESSAGE = 0x0002;
    static final int WIRE_WELCOME = 0x0003;
    static final int WIRE_GROUP_INFO = 0x0004;
    static final int WIRE_KEY_PACKAGE = 0x0005;

    private Codepoints() {}

    /** Extension types that every client implements and that capabilities do not list (section 7.2). */
    static boolean isDefaultExtension(int type) {
        return type >= EXTENSION_APPLICATION_ID && type <= EXTENSION_EXTERNAL_SENDERS;
    }

    /** Proposal types that every client implements and that capabilities do not list (section 7.2). */
    static boolean isDefaultProposal(int type) {
        return type >= PROPOSAL_ADD && type <= PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
    }

    /** Reserved so that peers ignore what they do not know (section 13.5): 0x0A0A, 0x1A1A, … 0xEAEA. */
    static boolean isGrease(int type) {
        return (type & 0x0F0F) == 0x0A0A && type >> 12 == (type >> 4 & 0xF);
    }
}
