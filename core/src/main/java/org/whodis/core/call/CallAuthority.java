package org.whodis.core.call;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Admission;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallCredential.Role;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SignedAdmission;
import org.whodis.core.message.SignedCallCredential;
import org.whodis.core.mls.Codepoints;
import org.whodis.core.mls.CommitPolicy;
import org.whodis.core.mls.Extension;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.LeafNode;
import org.whodis.core.mls.Member;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Rejection;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Who may change the group of a call, and how (protocol section 5.1). Every member holds every Commit to these rules, its own
 * too; the office only orders Commits.
 *
 * <ol>
 *   <li>Only devices of the two principals commit.
 *   <li>Every Commit has a path.
 *   <li>It adds and removes members and does nothing else.
 *   <li>The first Commit adds the principal who answered, and only them: Offer and Answer admit them.
 *   <li>No device is in the call twice. Who lost its state is removed and added again, which one Commit may do.
 *   <li>The two principals are there as principals, and nobody else is.
 *   <li>Whoever is added later brings an admission from each side,
 *   <li>for this call, this offer, the epoch of the Commit, this person, head, device and role,
 *   <li>that has not expired and does not last longer than {@link Limits#ADMISSION_LIFETIME},
 *   <li>signed by a device in the chain of that side's principal.
 * </ol>
 *
 * <p>External Commits, proposals outside Commits and from outside, PublicMessages, ReInit and pre-shared keys are refused
 * before this is asked ({@link org.whodis.core.mls.GroupRules#ofCall}); that the added leaf is whose it says it is has been
 * verified by then.
 */
final class CallAuthority implements CommitPolicy {
    private final Primitives primitives;
    private final CallId callId;
    private final Bytes offerHash;
    private final CallParties parties;

    CallAuthority(Primitives primitives, CallId callId, Bytes offerHash, CallParties parties) {
        this.primitives = primitives;
        this.callId = callId;
        this.offerHash = offerHash;
        this.parties = parties;
    }

    /** Of a call of two, with the chains of both. */
    static CallAuthority ofTwo(Environment env, Offer offer, Bytes offerHash, VerifiedChain own, VerifiedChain peer) {
        CallParties parties = new CallParties(
                offer.caller().principal(),
                offer.callee().principal(),
                Map.of(own.principal(), own, peer.principal(), peer));
        return new CallAuthority(env.primitives, offer.callId(), offerHash, parties);
    }

    @Override
    public void require(Attempt attempt) throws MlsException {
        CallCredential committer = credentialOf(attempt.committer());
        if (committer.role() != Role.PRINCIPAL || !parties.isPrincipal(committer.principal())) { // 1
            throw new MlsException(Rejection.COMMITTER_NOT_PRINCIPAL, "leaf " + attempt.committerLeaf());
        }
        if (!attempt.hasPath()) { // 2
            throw new MlsException(Rejection.CALL_PATH_MISSING, "every Commit of a call has one");
        }
        Set<Integer> removed = new HashSet<>();
        int added = 0;
        for (Proposal proposal : attempt.proposals()) {
            switch (proposal) {
                case Proposal.Add _ -> added++;
                case Proposal.Remove(long leafIndex) -> removed.add((int) leafIndex);
                case Proposal.Update _,
                        Proposal.PreSharedKey _,
                        Proposal.ReInit _,
                        Proposal.ExternalInit _,
                        Proposal.GroupContextExtensions _ -> // 3
                    throw new MlsException(Rejection.CALL_PROPOSAL_TYPE, "neither Add nor Remove");
            }
        }
        boolean first = attempt.epoch() == 0;
        if (first && (added != 1 || !removed.isEmpty())) { // 4
            throw new MlsException(Rejection.FIRST_COMMIT_OF_CALL, added + " Adds, " + removed.size() + " Removes");
        }
        Set<DeviceId> present = new HashSet<>();
        for (Member member : attempt.members()) {
            if (!removed.contains(member.leafIndex())) {
                present.add(credentialOf(member.leaf()).device());
            }
        }
        for (Proposal proposal : attempt.proposals()) {
            if (proposal instanceof Proposal.Add(KeyPackage keyPackage)) {
                CallCredential party = credentialOf(keyPackage.leafNode());
                if (!present.add(party.device())) { // 5
                    throw new MlsException(Rejection.DEVICE_ALREADY_IN_CALL, party.device() + " twice");
                }
                if ((party.role() == Role.PRINCIPAL) != parties.isPrincipal(party.principal())) { // 6
                    throw new MlsException(Rejection.ROLE_NOT_HELD, "added as " + party.role());
                }
                if (!first) {
                    requireAdmissions(keyPackage, party, attempt);
                } else if (party.role() != Role.PRINCIPAL || party.principal().equals(committer.principal())) { // 4
                    throw new MlsException(Rejection.FIRST_COMMIT_OF_CALL, "adds " + party.principal());
                }
            }
        }
    }

    private void requireAdmissions(KeyPackage keyPackage, CallCredential party, Attempt attempt) throws MlsException {
        Set<PrincipalId> sides = new HashSet<>();
        for (SignedAdmission signed : admissionsOf(keyPackage)) {
            Admission admission;
            try {
                admission = Admission.decode(signed.admission());
            } catch (DecodeException malformed) {
                throw new MlsException(Rejection.MALFORMED, "an admission");
            }
            if (!parties.isPrincipal(admission.side()) || !sides.add(admission.side())) { // 7
                throw new MlsException(Rejection.ADMISSION_MISSING, "two of one side, or of no side");
            }
            if (!admits(admission, party, attempt.epoch())) { // 8
                throw new MlsException(Rejection.ADMISSION_FOR_ANOTHER, "not what is added here and now");
            }
            long now = 1000 * attempt.nowSeconds();
            if (admission.expiresAt() < now - Limits.CLOCK_SKEW
                    || admission.expiresAt() > now + Limits.ADMISSION_LIFETIME + Limits.CLOCK_SKEW) { // 9
                throw new MlsException(Rejection.ADMISSION_EXPIRED, "at " + admission.expiresAt() + ", now " + now);
            }
            ChainDevice signer = parties.device(admission.side(), admission.sideDevice());
            if (signer == null
                    || !signer.key().verify(primitives, Admission.LABEL, signed.admission(), signed.byDevice())) { // 10
                throw new MlsException(Rejection.ADMISSION_NOT_SIGNED, "by a device of " + admission.side());
            }
        }
        if (sides.size() != SignedAdmission.MAX_COUNT) { // 7
            throw new MlsException(Rejection.ADMISSION_MISSING, "of " + sides.size() + " sides");
        }
    }

    private boolean admits(Admission admission, CallCredential party, long epoch) {
        return admission.callId().equals(callId)
                && admission.offerHash().equals(offerHash)
                && admission.epoch() == epoch
                && admission.principal().equals(party.principal())
                && admission.head().equals(party.head())
                && admission.device().equals(party.device())
                && admission.role() == party.role();
    }

    private static List<SignedAdmission> admissionsOf(KeyPackage keyPackage) throws MlsException {
        for (Extension extension : keyPackage.extensions()) {
            if (extension.type() == Codepoints.EXTENSION_WHODIS_ADMISSIONS) {
                try {
                    return SignedAdmission.decodeList(extension.data());
                } catch (DecodeException malformed) {
                    throw new MlsException(Rejection.MALFORMED, "admissions");
                }
            }
        }
        return List.of();
    }

    /** What a leaf says of itself; the validator of the group has verified it. */
    static CallCredential credentialOf(LeafNode leaf) throws MlsException {
        try {
            SignedCallCredential signed =
                    SignedCallCredential.decode(leaf.credential().content());
            return CallCredential.decode(signed.credential());
        } catch (DecodeException malformed) {
            throw new MlsException(Rejection.CREDENTIAL_REFUSED, "not a credential of a call");
        }
    }
}
