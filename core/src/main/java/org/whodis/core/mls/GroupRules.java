package org.whodis.core.mls;

/**
 * What an application decides for its groups where RFC 9420 leaves it the choice.
 *
 * @param preSharedKeys external keys, and resumption keys of other groups
 * @param resumptionEpochs "The application SHOULD specify an upper limit on the number of past epochs for which the
 *     resumption_psk may be stored" (8.6)
 * @param maxLifetimeSeconds "Applications MUST define a maximum total lifetime that is acceptable for a LeafNode" (7.2); unsigned
 * @param acceptPublicMessages whether members may send handshakes as PublicMessages
 * @param acceptStandaloneProposals whether members may send proposals outside Commits
 */
public record GroupRules(
        CredentialValidator credentials,
        PreSharedKeys preSharedKeys,
        int resumptionEpochs,
        long maxLifetimeSeconds,
        boolean acceptPublicMessages,
        boolean acceptStandaloneProposals) {
    /** Leaves of calls are made for one call; a week is longer than any. */
    private static final long CALL_LIFETIME_SECONDS = 7 * 24 * 3600L;

    /** For calls: no pre-shared keys, handshakes only as PrivateMessages, proposals only inside Commits. */
    public static GroupRules ofCall(CredentialValidator credentials) {
        return new GroupRules(credentials, PreSharedKeys.NONE, 0, CALL_LIFETIME_SECONDS, false, false);
    }
}
