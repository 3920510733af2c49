package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Authentication Service of RFC 9420 section 5.3.1: decides whether a leaf belongs to whom it should. It is asked about
 * every leaf of a tree that we join, our own included, and about every leaf that an Add, an Update or a Commit brings; also
 * where the credential is the same as before.
 *
 * <p>Signatures of leaves and key packages are verified before it is asked.
 */
@FunctionalInterface
public interface CredentialValidator {
    /**
     * Returns if the leaf is accepted.
     *
     * @throws MlsException usually {@link Rejection#CREDENTIAL_REFUSED}
     */
    void validate(LeafNode leaf, Occasion occasion) throws MlsException;

    /**
     * Returns if these may be a group: asked about the tree that we join, once each leaf of it has been accepted. Who comes and
     * goes later is for {@link CommitPolicy}.
     *
     * @throws MlsException usually one of the 6xx
     */
    default void validateJoined(List<Member> members) throws MlsException {}

    /** Why a leaf is looked at. */
    sealed interface Occasion {}

    /** A leaf of the tree of a group that we join. Its source may be a commit, so its encryption key another than at first. */
    record InJoinedTree(int leafIndex) implements Occasion {}

    /** An Add; the init key is in the key package. */
    record Added(KeyPackage keyPackage) implements Occasion {}

    /**
     * The committer of an external Commit.
     *
     * @param removed the leaf of "an old version of themselves" that the Commit removes, whose successor the new one has to
     *     be; null if there is none
     */
    record JoinedExternally(int leafIndex, @Nullable LeafNode removed) implements Occasion {}

    /**
     * An Update or the path of a Commit. "The AS MUST also verify that the set of presented identifiers in the new
     * credential is valid as a successor to the set of presented identifiers in the old credential" (section 5.3.1).
     */
    record Replaced(int leafIndex, LeafNode before) implements Occasion {}
}
