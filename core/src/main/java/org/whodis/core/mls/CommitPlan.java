package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;

/**
 * What a Commit that we make shall hold (RFC 9420 section 12.4.1).
 *
 * @param references of proposals that were sent before in this epoch, by us or others; they stand before {@code proposals}
 * @param proposals by value
 * @param pathAlways whether there is a path also where the proposals do not need one, which heals more
 * @param treeInWelcome whether the Welcome holds the ratchet tree; else it goes beside it ({@link MlsGroup#ratchetTree()})
 * @param authenticatedData travels in the clear, authenticated
 */
public record CommitPlan(
        List<Bytes> references,
        List<Proposal> proposals,
        boolean pathAlways,
        boolean treeInWelcome,
        HandshakeFormat format,
        Bytes authenticatedData) {
    public CommitPlan {
        references = List.copyOf(references);
        proposals = List.copyOf(proposals);
    }

    /** As calls commit: by value, with a path, as a PrivateMessage, the tree in the Welcome. */
    public static CommitPlan of(List<Proposal> proposals) {
        return new CommitPlan(List.of(), proposals, true, true, HandshakeFormat.PRIVATE_MESSAGE, Bytes.EMPTY);
    }

    /** With these proposals by reference, as {@link MlsGroup#committable} lists them. */
    public CommitPlan withReferences(List<Bytes> changed) {
        return new CommitPlan(changed, proposals, pathAlways, treeInWelcome, format, authenticatedData);
    }

    /** "The path field MAY be omitted if (a) it covers at least one proposal and (b) none … are of 'path required' types". */
    public CommitPlan withPathOnlyWhereNeeded() {
        return new CommitPlan(references, proposals, false, treeInWelcome, format, authenticatedData);
    }

    public CommitPlan withTreeBesideWelcome() {
        return new CommitPlan(references, proposals, pathAlways, false, format, authenticatedData);
    }

    public CommitPlan withFormat(HandshakeFormat changed) {
        return new CommitPlan(references, proposals, pathAlways, treeInWelcome, changed, authenticatedData);
    }

    public CommitPlan withAuthenticatedData(Bytes changed) {
        return new CommitPlan(references, proposals, pathAlways, treeInWelcome, format, changed);
    }
}
