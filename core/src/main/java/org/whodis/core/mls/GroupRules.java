package org.whodis.core.mls;

import java.util.Set;

/**
 * What an application decides for its groups where RFC 9420 leaves it the choice.
 *
 * @param preSharedKeys external keys, and resumption keys of other groups
 * @param resumptionEpochs "The application SHOULD specify an upper limit on the number of past epochs for which the
 *     resumption_psk may be stored" (8.6)
 * @param maxLifetimeSeconds "Applications MUST define a maximum total lifetime that is acceptable for a LeafNode" (7.2); unsigned
 * @param maxMessageBytes what the application can send: a Commit or Welcome of ours that is larger is {@link
 *     Rejection#MESSAGE_TOO_LARGE}
 * @param commits further rules for the Commits of members
 * @param permissions what is taken besides the Commits of members in PrivateMessages, with their proposals by value
 */
public record GroupRules(
        CredentialValidator credentials,
        PreSharedKeys preSharedKeys,
        int resumptionEpochs,
        long maxLifetimeSeconds,
        int maxMessageBytes,
        CommitPolicy commits,
        Set<Permission> permissions) {
    /** Leaves of calls are made for one call; a week is longer than any. */
    private static final long CALL_LIFETIME_SECONDS = 7 * 24 * 3600L;

    /** What an application may allow. */
    public enum Permission {
        /** Handshakes as PublicMessages; the next two come in no other form. */
        PUBLIC_MESSAGES,
        /** Proposals outside Commits, which later Commits refer to. */
        STANDALONE_PROPOSALS,
        /** Those from outside the group (section 12.1.8). */
        EXTERNAL_PROPOSALS,
        /** Joining without being added by a member (section 12.4.3.2). */
        EXTERNAL_COMMITS
    }

    public GroupRules {
        permissions = Set.copyOf(permissions);
    }

    /** Without further rules for Commits, or a limit for messages other than that of this package. */
    public GroupRules(
            CredentialValidator credentials,
            PreSharedKeys preSharedKeys,
            int resumptionEpochs,
            long maxLifetimeSeconds,
            Set<Permission> permissions) {
        this(
                credentials,
                preSharedKeys,
                resumptionEpochs,
                maxLifetimeSeconds,
                Limits.MESSAGE_BYTES,
                CommitPolicy.ANY,
                permissions);
    }

    /**
     * For calls: no pre-shared keys, handshakes only as PrivateMessages of members, proposals only inside Commits, and the
     * rules over who may commit what.
     */
    public static GroupRules ofCall(CredentialValidator credentials, CommitPolicy authority, int maxMessageBytes) {
        return new GroupRules(
                credentials, PreSharedKeys.NONE, 0, CALL_LIFETIME_SECONDS, maxMessageBytes, authority, Set.of());
    }

    /** As {@link #ofCall} where every member may commit: for groups that are no calls, as in tests and benchmarks. */
    public static GroupRules closed(CredentialValidator credentials) {
        return ofCall(credentials, CommitPolicy.ANY, Limits.MESSAGE_BYTES);
    }

    boolean permits(Permission permission) {
        return permissions.contains(permission);
    }
}
