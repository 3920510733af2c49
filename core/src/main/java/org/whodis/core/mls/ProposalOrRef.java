package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A proposal inside a Commit (RFC 9420 section 12.4).
 *
 * <pre>
 *   enum { reserved(0), proposal(1), reference(2), (255) } ProposalOrRefType;
 *   struct {
 *     ProposalOrRefType type;
 *     select (ProposalOrRef.type) { case proposal: Proposal proposal; case reference: ProposalRef reference; };
 *   } ProposalOrRef;
 * </pre>
 */
sealed interface ProposalOrRef {
    record ByValue(Proposal proposal) implements ProposalOrRef {}

    record ByReference(Bytes reference) implements ProposalOrRef {}

    default void write(WireWriter out) {
        switch (this) {
            case ByValue(Proposal proposal) -> proposal.write(out.uint8(1));
            case ByReference(Bytes reference) -> out.uint8(2).vector(reference);
        }
    }

    static ProposalOrRef read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 -> new ByValue(Proposal.read(in));
            case 2 -> new ByReference(Wire.key(in));
            default -> throw new DecodeException("ProposalOrRefType " + type);
        };
    }
}
