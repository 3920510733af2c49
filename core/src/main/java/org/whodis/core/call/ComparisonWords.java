package org.whodis.core.call;

import java.util.List;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.Words;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallCredential.Role;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * The words that both screens show (protocol section 5).
 *
 * <pre>
 *   Words(H("Whodis 1 Comparison words", call_id, caller_nonce, callee_nonce, caller_head, callee_head,
 *           caller_leaf_signature_key, callee_leaf_signature_key, roles), 4)
 *   roles = Role caller || Role callee
 * </pre>
 *
 * <p>The caller committed to its nonce and its leaf's signature key before it saw the callee's, and the callee chose its own
 * before the caller's were opened, so a man in the middle has one try in 2^44, not a search.
 */
final class ComparisonWords {
    private ComparisonWords() {}

    static List<String> of(
            Primitives primitives, Offer offer, Bytes callerNonce, Answer answer, Bytes callerKey, Bytes calleeKey) {
        Bytes roles = new WireWriter()
                .uint8(Role.PRINCIPAL.code())
                .uint8(Role.PRINCIPAL.code())
                .toBytes();
        Bytes hash = LabelledHash.of(
                primitives,
                "Whodis 1 Comparison words",
                offer.callId().value(),
                callerNonce,
                answer.calleeNonce(),
                offer.caller().head(),
                answer.calleeHead(),
                callerKey,
                calleeKey,
                roles);
        return Words.of(hash, Words.COUNT);
    }
}
