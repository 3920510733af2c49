package org.whodis.core.mls;

/**
 * What an application decides for its groups where RFC 9420 leaves it the choice.
 *
 * @param maxLifetimeSeconds "Applications MUST define a maximum total lifetime that is acceptable for a LeafNode" (7.2)
 * @param acceptPublicMessages whether members may send handshakes as PublicMessages
 * @param acceptStandaloneProposals whether members may send proposals outside Commits
 */
public record GroupRules(
        CredentialValidator credentials,
        PreSharedKeys preSharedKeys,
        long maxLifetimeSeconds,
        boolean acceptPublicMessages,
        boolean acceptStandaloneProposals) {
    /** Leaves of calls are made for one call; a week is longer than any. */
    private static final long CALL_LIFETIME_SECONDS = 7 * 24 * 3600L;

    /** For calls: no pre-shared keys, handshakes only as PrivateMessages, proposals only inside Commits. */
    public static GroupRules ofCall(CredentialValidator credentials) {
        return new GroupRules(credentials, PreSharedKeys.NONE, CALL_LIFETIME_SECONDS, false, false);
    }
}
