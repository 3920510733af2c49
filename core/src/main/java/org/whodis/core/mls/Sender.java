package org.whodis.core.mls;

import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Who sent a message (RFC 9420 section 6). Indices are unsigned.
 *
 * <pre>
 *   enum { reserved(0), member(1), external(2), new_member_proposal(3), new_member_commit(4), (255) } SenderType;
 *   struct {
 *       SenderType sender_type;
 *       select (Sender.sender_type) {
 *           case member:   uint32 leaf_index;
 *           case external: uint32 sender_index;
 *           case new_member_commit: case new_member_proposal: struct{};
 *       };
 *   } Sender;
 * </pre>
 */
public sealed interface Sender {
    record Member(long leafIndex) implements Sender {}

    record External(long senderIndex) implements Sender {}

    record NewMemberProposal() implements Sender {}

    record NewMemberCommit() implements Sender {}

    default void write(WireWriter out) {
        switch (this) {
            case Member(long leafIndex) -> out.uint8(1).uint32(leafIndex);
            case External(long senderIndex) -> out.uint8(2).uint32(senderIndex);
            case NewMemberProposal() -> out.uint8(3);
            case NewMemberCommit() -> out.uint8(4);
        }
    }

    static Sender read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 -> new Member(in.uint32());
            case 2 -> new External(in.uint32());
            case 3 -> new NewMemberProposal();
            case 4 -> new NewMemberCommit();
            default -> throw new DecodeException("sender_type " + type);
        };
    }
}
