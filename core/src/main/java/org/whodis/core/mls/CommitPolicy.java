package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;

/**
 * What an application demands of the Commits of members beyond RFC 9420: "An application may extend the above procedure by
 * additional rules, for example, requiring application-level permissions to add members" (section 12.2). It is asked about
 * every Commit that we receive or make, once the rules of the RFC hold for its proposals and before anything changes.
 */
@FunctionalInterface
public interface CommitPolicy {
    /** No further rules. */
    CommitPolicy ANY = attempt -> {};

    /**
     * Returns if the Commit may be followed.
     *
     * @throws MlsException usually one of the 6xx
     */
    void require(Attempt attempt) throws MlsException;

    /**
     * A Commit that is about to be followed.
     *
     * @param epoch the one that it ends, unsigned
     * @param members of that epoch
     * @param proposals those by reference included
     */
    record Attempt(
            Bytes groupId,
            long epoch,
            int committerLeaf,
            List<Member> members,
            List<Proposal> proposals,
            boolean hasPath,
            long nowSeconds) {
        public Attempt {
            members = List.copyOf(members);
            proposals = List.copyOf(proposals);
        }

        /** The leaf of who made it. */
        public LeafNode committer() {
            for (Member member : members) {
                if (member.leafIndex() == committerLeaf) {
                    return member.leaf();
                }
            }
            throw new IllegalStateException("the committer is no member");
        }
    }
}
