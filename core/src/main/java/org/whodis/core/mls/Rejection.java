package org.whodis.core.mls;

/**
 * Why an MLS message or structure from outside was refused. The numbers are stable, so that logs and tests may name them.
 *
 * <p>0xx framing, 1xx leaf nodes and key packages, 2xx proposal lists, 3xx Commits, 4xx joining and the tree, 5xx policy, 6xx
 * who may do what in a call.
 * Sections are those of RFC 9420.
 */
public enum Rejection {
    /** The bytes do not decode, or exceed a limit. */
    MALFORMED(1),
    /** A message of another group (section 6). */
    WRONG_GROUP(2),
    /** "Verify that the epoch field of the enclosing FramedContent is equal to the epoch" (section 12.4.2). */
    WRONG_EPOCH(3),
    /** The sender's leaf is blank or outside the tree (section 6.3.2). */
    UNKNOWN_SENDER(4),
    /** "Applications MUST use PrivateMessage to encrypt application messages" (section 6). */
    APPLICATION_DATA_IN_PUBLIC_MESSAGE(5),
    /** Sender data or content does not decrypt (section 6.3). */
    UNDECRYPTABLE(6),
    /** A member's PublicMessage lacks the membership tag, or it does not match (section 6.2). */
    BAD_MEMBERSHIP_TAG(7),
    /** A signature over a FramedContent does not verify (section 6.1). */
    BAD_CONTENT_SIGNATURE(8),
    /** "A receiver MUST verify that there are no non-zero bytes in the padding field" (section 6.3.1). */
    NONZERO_PADDING(9),
    /** The key of this generation was used, or dropped as too old (section 9.2). */
    GENERATION_CONSUMED(10),
    /** The generation is further ahead than a message may move a ratchet (section 15.3). */
    GENERATION_TOO_FAR(11),
    /** A message that claims to come from ourselves. */
    OWN_MESSAGE(12),
    /** Not a message for a member: a Welcome, GroupInfo or KeyPackage where a PublicMessage or PrivateMessage belongs. */
    UNEXPECTED_WIRE_FORMAT(13),
    /** A sender of a type that may not send such content: an external one a Commit, for example (sections 6, 12.1.8). */
    SENDER_TYPE_MISMATCH(14),
    /** The sender_index is not in the external_senders of the GroupContext, or there are none (section 12.1.8). */
    UNKNOWN_EXTERNAL_SENDER(15),
    /** A proposal of a type that this external sender may not send (section 12.1.8). */
    EXTERNAL_PROPOSAL_TYPE(16),

    /** The signature of a LeafNode does not verify (section 7.3). */
    BAD_LEAF_SIGNATURE(101),
    /** The leaf_node_source does not fit where the LeafNode appears (section 7.3). */
    WRONG_LEAF_NODE_SOURCE(102),
    /** The current time is outside the lifetime (section 7.3). */
    LIFETIME_NOT_CURRENT(103),
    /** "reject any LeafNode where the total lifetime is longer than this duration" (section 7.2). */
    LIFETIME_TOO_LONG(104),
    /** The capabilities lack the group's version, suite, an extension in use, or the leaf's own credential (7.2, 7.3). */
    CAPABILITY_MISSING(105),
    /** The capabilities lack something that required_capabilities demands (section 7.3). */
    REQUIRED_CAPABILITY_MISSING(106),
    /** A credential type in use is not supported by all members (section 7.3). */
    CREDENTIAL_TYPE_UNSUPPORTED(107),
    /** Two members have one signature key (section 7.3). */
    DUPLICATE_SIGNATURE_KEY(108),
    /** Two nodes have one encryption key (sections 7.3 and 12.4.3.1). */
    DUPLICATE_ENCRYPTION_KEY(109),
    /** The credential was refused by the application (section 5.3.1). */
    CREDENTIAL_REFUSED(110),
    /** "Any field containing a list of extensions MUST NOT have more than one extension of any given type" (13.4). */
    DUPLICATE_EXTENSION(111),
    /** The signature of a KeyPackage does not verify (section 10.1). */
    BAD_KEY_PACKAGE_SIGNATURE(112),
    /** A KeyPackage of another version or cipher suite (section 10.1). */
    WRONG_KEY_PACKAGE_SUITE(113),
    /** init_key and leaf encryption_key are the same (section 10.1). */
    INIT_KEY_IS_ENCRYPTION_KEY(114),
    /** An Update or a path that keeps the encryption key of the leaf it replaces (sections 7.3 and 12.4.2). */
    ENCRYPTION_KEY_NOT_FRESH(115),
    /** A public key that the KEM refuses. */
    BAD_PUBLIC_KEY(116),

    /** An Update by the committer (section 12.2). */
    UPDATE_BY_COMMITTER(201),
    /** "It contains a Remove proposal that removes the committer" (section 12.2). */
    COMMITTER_REMOVED(202),
    /** Several Updates or Removes for one leaf (section 12.2). */
    DUPLICATE_LEAF_PROPOSAL(203),
    /** A Remove of a blank leaf (section 12.1.3). */
    REMOVED_LEAF_BLANK(204),
    /** Two PreSharedKey proposals with one identifier (section 12.2). */
    DUPLICATE_PSK(205),
    /** The psk_nonce is not Nh bytes, or the usage is reserved for reinitialisation and branching (section 12.1.4). */
    INVALID_PSK(206),
    /** A pre-shared key that we do not have (section 12.4.2). */
    UNKNOWN_PSK(207),
    /** Several GroupContextExtensions proposals (section 12.2). */
    DUPLICATE_GROUP_CONTEXT_EXTENSIONS(208),
    /** An ExternalInit outside an external Commit (section 12.2). */
    EXTERNAL_INIT_IN_MEMBER_COMMIT(209),
    /** ReInit, which is not supported: whoever wants another suite starts another group (section 12.1.5). */
    REINIT_UNSUPPORTED(210),
    /** A Commit refers to a proposal that we have not seen in this epoch (section 12.4). */
    UNKNOWN_PROPOSAL(211),
    /** More members than {@link Limits#MAX_LEAVES}. */
    TOO_MANY_MEMBERS(212),
    /** More proposals than an epoch stores, or pre-shared keys than a Commit injects ({@link Limits}). */
    TOO_MANY_PROPOSALS(213),
    /** Two Adds with one init key. */
    DUPLICATE_INIT_KEY(214),
    /** An external Commit with anything but one ExternalInit, at most one Remove, and PreSharedKeys (section 12.2). */
    EXTERNAL_COMMIT_PROPOSALS(215),
    /** "The Commit MUST NOT include any proposals by reference" (section 12.4.3.2). */
    REFERENCE_IN_EXTERNAL_COMMIT(216),

    /** A Commit without the path that it needs (section 12.4). */
    PATH_MISSING(301),
    /** The path has another number of nodes or ciphertexts than the tree demands (section 7.6). */
    PATH_SHAPE(302),
    /** "Verify that none of the public keys in the UpdatePath appear in any node of the new ratchet tree" (12.4.2). */
    PATH_KEY_NOT_FRESH(303),
    /** The parent hash of the committer's leaf is not that of the merged path (section 7.9.2). */
    PATH_PARENT_HASH(304),
    /** The path secret does not decrypt (section 7.5). */
    PATH_SECRET_UNDECRYPTABLE(305),
    /** A key derived from a path secret is not the public key in the path or tree (sections 7.5 and 12.4.3.1). */
    PATH_KEY_MISMATCH(306),
    /** The confirmation tag does not match (section 12.4.2). */
    BAD_CONFIRMATION_TAG(307),
    /** The kem_output of an ExternalInit is refused (section 8.3). */
    BAD_EXTERNAL_INIT(308),

    /** The Welcome has no secrets for this KeyPackage, or is for another suite (section 12.4.3.1). */
    NOT_FOR_US(401),
    /** The group secrets of a Welcome do not decrypt (section 12.4.3.1). */
    BAD_GROUP_SECRETS(402),
    /** The GroupInfo of a Welcome does not decrypt (section 12.4.3.1). */
    BAD_GROUP_INFO(403),
    /** The signature of the GroupInfo does not verify, or its signer is blank (section 12.4.3.1). */
    BAD_GROUP_INFO_SIGNATURE(404),
    /** No ratchet tree came with the Welcome or beside it (section 12.4.3.3). */
    TREE_MISSING(405),
    /** Wrong kinds of nodes, a blank last node (section 12.4.3.3). */
    BAD_TREE_SHAPE(406),
    /** The tree hash is not that of the GroupContext (section 12.4.3.1). */
    BAD_TREE_HASH(407),
    /** A parent node is not parent-hash valid (section 7.9.2). */
    BAD_PARENT_HASH(408),
    /** unmerged_leaves names a blank leaf, one that is not below, or one that a node between lacks (12.4.3.1). */
    BAD_UNMERGED_LEAVES(409),
    /** Our own leaf is not in the tree (section 12.4.3.1). */
    OWN_LEAF_MISSING(410),
    /** The GroupContext has another version or suite than the KeyPackage (section 12.4.3.1). */
    WRONG_GROUP_SUITE(411),
    /** The GroupContext has an extension that we do not support (section 13.4). */
    UNSUPPORTED_GROUP_EXTENSION(412),
    /** A Welcome into a group that reinitialises or branches off another one, which is not supported (11.2, 11.3). */
    REINIT_OR_BRANCH_UNSUPPORTED(413),
    /** A GroupInfo without external_pub cannot be joined by an external Commit (section 12.4.3.2). */
    EXTERNAL_PUB_MISSING(414),

    /** A proposal on its own, where the application takes proposals only inside Commits. */
    STANDALONE_PROPOSAL(501),
    /** A PublicMessage, where the application takes handshakes only as PrivateMessages. */
    PUBLIC_MESSAGE(502),
    /** A proposal from outside the group, where the application takes none (section 12.1.8). */
    EXTERNAL_PROPOSAL(503),
    /** An external Commit, where the application takes none (section 12.4.3.2). */
    EXTERNAL_COMMIT(504),
    /** A Commit or Welcome of ours that is larger than the application can send ({@link GroupRules#maxMessageBytes}). */
    MESSAGE_TOO_LARGE(505),

    /** A Commit of a call by somebody who is no principal of it (protocol section 5.1, rule 1). */
    COMMITTER_NOT_PRINCIPAL(601),
    /** A Commit of a call without a path (rule 2). */
    CALL_PATH_MISSING(602),
    /** A proposal in a call that is neither an Add nor a Remove (rule 3). */
    CALL_PROPOSAL_TYPE(603),
    /** The first Commit of a call does anything but add the other principal (rule 4). */
    FIRST_COMMIT_OF_CALL(604),
    /** A device that is in the call already, and that the same Commit does not remove (rule 5). */
    DEVICE_ALREADY_IN_CALL(605),
    /** A principal of the call in another role, or somebody else as principal (rule 6). */
    ROLE_NOT_HELD(606),
    /** An Add without exactly one admission from each side (rule 7). */
    ADMISSION_MISSING(607),
    /** An admission to another call, in another epoch, of another party or in another role (rule 8). */
    ADMISSION_FOR_ANOTHER(608),
    /** An admission that has expired, or that lasts longer than one may (rule 9). */
    ADMISSION_EXPIRED(609),
    /** An admission that no device of that side's principal signed (rule 10). */
    ADMISSION_NOT_SIGNED(610);

    private final int number;

    Rejection(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
