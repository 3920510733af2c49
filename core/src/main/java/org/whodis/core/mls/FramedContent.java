package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The content of a message with what frames it (RFC 9420 section 6).
 *
 * <pre>
 *   struct {
 *       opaque group_id&lt;V&gt;;
 *       uint64 epoch;
 *       Sender sender;
 *       opaque authenticated_data&lt;V&gt;;
 *       ContentType content_type;
 *       select (FramedContent.content_type) {
 *           case application: opaque application_data&lt;V&gt;;
 *           case proposal:    Proposal proposal;
 *           case commit:      Commit commit;
 *       };
 *   } FramedContent;
 * </pre>
 */
record FramedContent(Bytes groupId, long epoch, Sender sender, Bytes authenticatedData, Body body) {
    static final int TYPE_APPLICATION = 1;
    static final int TYPE_PROPOSAL = 2;
    static final int TYPE_COMMIT = 3;

    /** What {@code content_type} selects. */
    sealed interface Body {
        record OfApplication(Bytes data) implements Body {}

        record OfProposal(Proposal proposal) implements Body {}

        record OfCommit(Commit commit) implements Body {}

        default int contentType() {
            return switch (this) {
                case OfApplication _ -> TYPE_APPLICATION;
                case OfProposal _ -> TYPE_PROPOSAL;
                case OfCommit _ -> TYPE_COMMIT;
            };
        }

        /** Without the {@code content_type}. */
        default void write(WireWriter out) {
            switch (this) {
                case OfApplication(Bytes data) -> out.vector(data);
                case OfProposal(Proposal proposal) -> proposal.write(out);
                case OfCommit(Commit commit) -> commit.write(out);
            }
        }

        static Body read(WireReader in, int contentType) throws DecodeException {
            return switch (contentType) {
                case TYPE_APPLICATION -> new OfApplication(in.vector(Limits.MESSAGE_BYTES));
                case TYPE_PROPOSAL -> new OfProposal(Proposal.read(in));
                case TYPE_COMMIT -> new OfCommit(Commit.read(in));
                default -> throw new DecodeException("content_type " + contentType);
            };
        }
    }

    void write(WireWriter out) {
        out.vector(groupId).uint64(epoch);
        sender.write(out);
        out.vector(authenticatedData).uint8(body.contentType());
        body.write(out);
    }

    static FramedContent read(WireReader in) throws DecodeException {
        return new FramedContent(
                Wire.groupId(in),
                in.uint64(),
                Sender.read(in),
                in.vector(Limits.MESSAGE_BYTES),
                Body.read(in, in.uint8()));
    }
}
