package org.whodis.verify.interop;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.mls.GroupInfo;
import org.whodis.core.wire.Bytes;

/** A member of one group on any implementation of MLS. Messages and key packages are the bytes of an MLSMessage. */
interface Peer {
    /** What it is called in a history, its implementation included. */
    String name();

    Bytes keyPackage() throws Exception;

    void create(Bytes groupId) throws Exception;

    void join(Bytes welcome) throws Exception;

    /** What a Commit does besides renewing the committer's path. */
    sealed interface Step {
        record Add(Bytes keyPackage) implements Step {}

        record Remove(int leaf) implements Step {}

        /** An external pre-shared key that {@link #learn} told everybody. */
        record Inject(Bytes id, Bytes nonce) implements Step {}

        /** The GroupContext's extensions replaced, by none. */
        record NoExtensions() implements Step {}
    }

    /** A Commit, with the Welcome for those whom it adds. */
    record Committed(Bytes message, @Nullable Bytes welcome) {}

    /**
     * Commits what was proposed before in this epoch and {@code steps} by value.
     *
     * @param open as a PublicMessage
     * @param ordered whether the group takes it: then this member is in the next epoch, else it stays and forgets the Commit
     */
    Committed commit(List<Step> steps, boolean open, boolean ordered) throws Exception;

    /** A proposal on its own; others refer to it once they have received it. */
    Bytes propose(Step step, boolean open) throws Exception;

    /** What came of a message. */
    sealed interface Received {
        record Data(Bytes data) implements Received {}

        record Proposed() implements Received {}

        record InNextEpoch() implements Received {}

        record Removed() implements Received {}
    }

    Received receive(Bytes message) throws Exception;

    Bytes protect(Bytes data, Bytes authenticatedData) throws Exception;

    /** What all members have to agree on. */
    record View(long epoch, Bytes authenticator, Bytes treeHash, Bytes exported) {}

    /** With the exporter's secret of 40 bytes under the label "interop". */
    View view(Bytes context) throws Exception;

    int leaf() throws Exception;

    void learn(Bytes pskId, Bytes secret) throws Exception;

    /** With {@code external_pub}, as {@link GroupInfo}. */
    Bytes groupInfo() throws Exception;
}
