package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;

/** What a message turned out to be. */
public sealed interface Processed {
    /** Application data of the member at {@code senderLeaf}. */
    record ApplicationData(int senderLeaf, Bytes data, Bytes authenticatedData) implements Processed {}

    /**
     * A Commit. The group that processed it is as it was; {@code group} is the next epoch, and whoever does not want the
     * changes erases it. The committer of an external Commit is at the leaf that it got by it.
     */
    record NewEpoch(int committerLeaf, MlsGroup group, List<Change> changes) implements Processed {
        public NewEpoch {
            changes = List.copyOf(changes);
        }
    }

    /** A Commit that removes us. Its signature and proposals were checked; its confirmation tag cannot be. */
    record RemovedFromGroup(int committerLeaf, List<Change> changes) implements Processed {
        public RemovedFromGroup {
            changes = List.copyOf(changes);
        }
    }

    /** A proposal that a later Commit may refer to; it is valid by itself. */
    record StoredProposal(Sender sender, Bytes reference, Proposal proposal) implements Processed {}
}
