package org.whodis.core.mls;

/**
 * How much of anything a message may make us hold or compute. A message beyond a limit is {@link Rejection#MALFORMED} or
 * the rejection that is named beside the limit.
 */
final class Limits {
    /** Bytes of a message: a Welcome to {@link #MAX_LEAVES} members whose leaves carry post-quantum credentials. */
    static final int MESSAGE_BYTES = 8 << 20;

    /** Leaves of a tree, blank ones included: four times the largest summit that a relay is planned for. */
    static final int MAX_LEAVES = 512;

    /** A key, signature, hash, MAC or KEM output: ML-DSA-87 signatures (4627 bytes) are the largest of any draft. */
    static final int KEY_BYTES = 8 << 10;

    /** A group identifier: four times the hash that RFC 9420 section 11 proposes. */
    static final int GROUP_ID_BYTES = 256;

    /** The content of a credential: two signatures, two keys, certificates. */
    static final int CREDENTIAL_BYTES = 32 << 10;

    /** One extension; the largest is {@code ratchet_tree}. */
    static final int EXTENSION_BYTES = MESSAGE_BYTES;

    /** Extensions in one list. */
    static final int EXTENSIONS = 64;

    /** Values in one list of capabilities: more than every registry has today, and room for GREASE. */
    static final int CAPABILITIES = 256;

    /** Proposals of one Commit: every leaf removed and every leaf added. */
    static final int PROPOSALS = 2 * MAX_LEAVES;

    /**
     * Bytes of all proposals that one epoch stores: as many Adds with post-quantum credentials as it stores proposals. Beyond
     * it {@link Rejection#TOO_MANY_PROPOSALS}.
     */
    static final int STORED_PROPOSAL_BYTES = MESSAGE_BYTES;

    /** Proposals by reference that one epoch stores; beyond it {@link Rejection#TOO_MANY_PROPOSALS}. */
    static final int STORED_PROPOSALS = 256;

    /** Entries of an {@code external_senders} extension. */
    static final int EXTERNAL_SENDERS = 64;

    /** Pre-shared keys of one epoch; in a Commit beyond it {@link Rejection#TOO_MANY_PROPOSALS}. */
    static final int PRE_SHARED_KEYS = 64;

    /** Nodes of an {@code UpdatePath}: the depth of a tree of {@link #MAX_LEAVES}, generously. */
    static final int PATH_NODES = 32;

    /**
     * How far one message may move a sender ratchet forward; beyond it {@link Rejection#GENERATION_TOO_FAR}. "Applications
     * SHOULD also define a policy limiting the maximum number of steps that clients will move the ratchet forward" (RFC
     * 9420 section 15.3). Signalling of a call sends some dozens of messages an epoch.
     */
    static final int RATCHET_STEPS = 1024;

    /**
     * Of the secrets on the way to a generation further ahead, one in so many is kept, so that a message that does not open costs
     * at most so many steps once the way has been walked: at most 32 secrets of a ratchet.
     */
    static final int RATCHET_STRIDE = 32;

    /** Keys of skipped generations that one ratchet keeps for messages out of order; the oldest go first. */
    static final int SKIPPED_KEYS = 64;

    /** PrivateMessage contents are padded to a multiple of this, so that their sizes tell less about them. */
    static final int PADDING_BLOCK = 256;

    private Limits() {}
}
