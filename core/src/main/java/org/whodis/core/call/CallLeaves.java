package org.whodis.core.call;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallCredential.Role;
import org.whodis.core.message.CallId;
import org.whodis.core.mls.CredentialValidator;
import org.whodis.core.mls.LeafNode;
import org.whodis.core.mls.Member;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.Rejection;
import org.whodis.core.wire.Bytes;

/**
 * Whose a leaf of a call's group has to be where there are more than two: a device of one of the {@link CallParties}, with a
 * credential that this device signed for this call. Which of them may be added is for {@link CallAuthority}.
 *
 * @param now milliseconds since 1970, asked each time: the rules of a group are made once, and people come in later
 */
record CallLeaves(Primitives primitives, CallId callId, Bytes offerHash, CallParties parties, LongSupplier now)
        implements CredentialValidator {
    @Override
    public void validate(LeafNode leaf, Occasion occasion) throws MlsException {
        switch (occasion) {
            case InJoinedTree _ -> require(leaf, null);
            case Added(var keyPackage) -> require(leaf, keyPackage.initKey());
            // The credential names the signature key: a leaf that keeps both needs no second look at the credential.
            case Replaced(int _, LeafNode before) -> {
                if (!leaf.credential().equals(before.credential())
                        || !leaf.signatureKey().equals(before.signatureKey())) {
                    throw new MlsException(Rejection.CREDENTIAL_REFUSED, "another credential or signature key");
                }
            }
            case JoinedExternally _ ->
                throw new MlsException(Rejection.CREDENTIAL_REFUSED, "nobody joins a call by themselves");
        }
    }

    /** Rule 5 of protocol section 5.1, by which members hold Commits: whoever lets us in may have broken it before. */
    @Override
    public void validateJoined(List<Member> members) throws MlsException {
        Set<DeviceId> present = new HashSet<>();
        for (Member member : members) {
            DeviceId device = CallAuthority.credentialOf(member.leaf()).device();
            if (!present.add(device)) {
                throw new MlsException(Rejection.DEVICE_ALREADY_IN_CALL, device + " twice");
            }
        }
    }

    /** @param initKey that of the key package; null if the leaf is in a tree, where nobody can tell any more */
    private void require(LeafNode leaf, @Nullable Bytes initKey) throws MlsException {
        CallCredential says = CallAuthority.credentialOf(leaf);
        VerifiedChain chain = parties.chain(says.principal());
        ChainDevice device = parties.device(says.principal(), says.device());
        if (chain == null || device == null || !chain.head().equals(says.head())) {
            throw new MlsException(Rejection.CREDENTIAL_REFUSED, "nobody of this call");
        }
        if ((says.role() == Role.PRINCIPAL) != parties.isPrincipal(says.principal())) {
            throw new MlsException(Rejection.ROLE_NOT_HELD, "is there as " + says.role());
        }
        Bytes named = initKey == null ? says.initKey() : initKey;
        ExpectedLeaf expected =
                new ExpectedLeaf(callId, offerHash, says.principal(), says.head(), device, now.getAsLong());
        if (!expected.matches(primitives, leaf, says.role(), named)) {
            throw new MlsException(Rejection.CREDENTIAL_REFUSED, "not a leaf of this call");
        }
    }
}
