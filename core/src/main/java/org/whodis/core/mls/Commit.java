package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Starts a new epoch (RFC 9420 section 12.4).
 *
 * <pre>
 *   struct { ProposalOrRef proposals&lt;V&gt;; optional&lt;UpdatePath&gt; path; } Commit;
 * </pre>
 */
record Commit(List<ProposalOrRef> proposals, @Nullable UpdatePath path) {
    Commit {
        proposals = List.copyOf(proposals);
    }

    void write(WireWriter out) {
        out.list(proposals, (w, proposal) -> proposal.write(w)).optional(path, (w, p) -> p.write(w));
    }

    static Commit read(WireReader in) throws DecodeException {
        return new Commit(
                in.list(Limits.MESSAGE_BYTES, Limits.PROPOSALS, ProposalOrRef::read), in.optional(UpdatePath::read));
    }
}
