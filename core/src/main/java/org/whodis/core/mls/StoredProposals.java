package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The proposals that were sent on their own in one epoch, cached "in such a way that it can be retrieved by hash (as a
 * ProposalOrRef object) in a later Commit message" (RFC 9420 section 12.1), with the private keys of our own Updates.
 */
final class StoredProposals {
    private final Map<Bytes, ProposalList.Sent> byReference = new LinkedHashMap<>();
    /** Of the proposals as they came. */
    private int bytes;
    /** By the public key of the leaf that an Update of ours proposes. */
    private final Map<Bytes, Secret> updateKeys = new HashMap<>();

    /** Every proposal here was checked by itself; the list that a Commit makes of them is checked there. */
    void put(Bytes reference, ProposalList.Sent sent) throws MlsException {
        if (byReference.containsKey(reference)) {
            return;
        }
        int length = sent.proposal().length();
        if (byReference.size() >= Limits.STORED_PROPOSALS || bytes + length > Limits.STORED_PROPOSAL_BYTES) {
            throw new MlsException(
                    Rejection.TOO_MANY_PROPOSALS, byReference.size() + " of " + bytes + " bytes are stored");
        }
        byReference.put(reference, sent);
        bytes += length;
    }

    /** Takes {@code privateKey} over. */
    void putUpdateKey(Bytes publicKey, Secret privateKey) {
        updateKeys.put(publicKey, privateKey);
    }

    ProposalList.@Nullable Sent get(Bytes reference) {
        return byReference.get(reference);
    }

    /** The private key of an Update of ours, if somebody committed it. */
    @Nullable
    Secret updateKey(Bytes publicKey) {
        return updateKeys.get(publicKey);
    }

    boolean isEmpty() {
        return byReference.isEmpty();
    }

    Map<Bytes, ProposalList.Sent> all() {
        return byReference;
    }

    /**
     * What this committer should try to commit, the most wanted first (section 12.2): none of its own Updates, which its path
     * replaces; for each leaf "any Remove received, or the most recent Update if there are no Removes"; of what may be there
     * once the latest. Whether all of it can be committed together is for {@link Committable}.
     */
    List<Bytes> candidates(int committer) {
        List<Bytes> references = new ArrayList<>(byReference.keySet());
        List<Bytes> out = new ArrayList<>();
        Set<Object> taken = new HashSet<>();
        int preSharedKeys = 0;
        for (int i = 0; i < references.size(); i++) {
            Proposal proposal = sent(references.get(i)).proposal();
            if (proposal instanceof Proposal.Remove(long removed) && removed != committer && taken.add(removed)) {
                out.add(references.get(i));
            }
        }
        for (int i = references.size() - 1; i >= 0; i--) {
            ProposalList.Sent sent = sent(references.get(i));
            boolean fits = switch (sent.proposal()) {
                case Proposal.Update _ -> sent.senderLeaf() != committer && taken.add((long) sent.senderLeaf());
                case Proposal.Add(KeyPackage keyPackage) ->
                    taken.add(keyPackage.leafNode().signatureKey());
                case Proposal.PreSharedKey(PreSharedKeyId id) ->
                    preSharedKeys < Limits.PRE_SHARED_KEYS && taken.add(id);
                case Proposal.GroupContextExtensions _ -> taken.add(Proposal.GroupContextExtensions.class);
                case Proposal.Remove _, Proposal.ReInit _, Proposal.ExternalInit _ -> false;
            };
            if (fits) {
                out.add(references.get(i));
                preSharedKeys += sent.proposal() instanceof Proposal.PreSharedKey ? 1 : 0;
            }
        }
        return out;
    }

    private ProposalList.Sent sent(Bytes reference) {
        ProposalList.Sent sent = byReference.get(reference);
        if (sent == null) {
            throw new IllegalStateException("no such proposal");
        }
        return sent;
    }

    void erase() {
        for (Secret key : updateKeys.values()) {
            key.erase();
        }
        updateKeys.clear();
        byReference.clear();
        bytes = 0;
    }
}
