package org.whodis.core.call;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallCredential.Role;
import org.whodis.core.message.CallId;
import org.whodis.core.message.SignedCallCredential;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.CredentialValidator;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.LeafNode;
import org.whodis.core.mls.LeafNodeSource;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.Rejection;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Whose the other leaf of a call's group has to be: this person's, on this device, in this call.
 *
 * @param head of the person's chain, as the offer or the answer said it
 * @param device whose signature the credential needs
 * @param now milliseconds since 1970
 */
record ExpectedLeaf(CallId callId, Bytes offerHash, PrincipalId principal, Bytes head, ChainDevice device, long now) {
    /** A credential for our own leaf; the caller's has no init key, since nobody adds it. */
    static Credential ownCredential(
            Environment env, CallId callId, Bytes offerHash, Bytes head, LeafKeys keys, boolean isCaller) {
        Bytes statement = new CallCredential(
                        callId,
                        offerHash,
                        env.principal(),
                        head,
                        env.device(),
                        keys.signatureKey(),
                        keys.encryptionKey(),
                        isCaller ? Bytes.EMPTY : keys.initKey(),
                        Role.PRINCIPAL,
                        env.now() + Limits.LEAF_LIFETIME)
                .encode();
        return new Credential(
                CallCredential.CREDENTIAL_TYPE,
                new SignedCallCredential(statement, env.sign(CallCredential.LABEL, statement)).encode());
    }

    /**
     * Accepts our own leaf and the expected one, and no other. A leaf under our own signature key has to carry our own
     * credential; whatever replaces a leaf is refused, since calls of version 1 do not change.
     */
    CredentialValidator besides(Primitives primitives, Bytes ownSignatureKey, Credential ownCredential) {
        return (leaf, occasion) -> {
            boolean isOwn = leaf.signatureKey().equals(ownSignatureKey)
                    && leaf.credential().equals(ownCredential);
            boolean accepted = switch (occasion) {
                case CredentialValidator.InJoinedTree _ -> isOwn || matches(primitives, leaf, Role.PRINCIPAL, null);
                case CredentialValidator.Added(var keyPackage) ->
                    matches(primitives, leaf, Role.PRINCIPAL, keyPackage.initKey());
                case CredentialValidator.Replaced _ -> isOwn;
                case CredentialValidator.JoinedExternally _ -> false;
            };
            if (!accepted) {
                throw new MlsException(Rejection.CREDENTIAL_REFUSED, "not a leaf of this call");
            }
        };
    }

    /**
     * Checks the credential of {@code leaf}:
     *
     * <ol>
     *   <li>it has our type and form;
     *   <li>it is for this call and this offer;
     *   <li>it names the person, the head and the device that are expected, in this role;
     *   <li>it names the leaf's signature key;
     *   <li>it names the leaf's encryption key. A Commit gives its sender's leaf a new one under the leaf's signature key,
     *       so there it is the key of before;
     *   <li>it names the init key of the key package, or none if there is no key package;
     *   <li>it has not expired, and does not last longer than a call;
     *   <li>the device signed it.
     * </ol>
     *
     * @param initKey of the key package that adds the leaf; null for the creator of the group
     */
    boolean matches(Primitives primitives, LeafNode leaf, Role role, @Nullable Bytes initKey) {
        if (leaf.credential().type() != CallCredential.CREDENTIAL_TYPE) { // 1
            return false;
        }
        SignedCallCredential signed;
        CallCredential says;
        try {
            signed = SignedCallCredential.decode(leaf.credential().content());
            says = CallCredential.decode(signed.credential());
        } catch (DecodeException malformed) {
            return false;
        }
        boolean keepsItsKey = !(leaf.source() instanceof LeafNodeSource.Commit);
        return says.callId().equals(callId) // 2
                && says.offerHash().equals(offerHash)
                && says.principal().equals(principal) // 3
                && says.head().equals(head)
                && says.device().equals(device.id())
                && says.role() == role
                && says.leafSignatureKey().equals(leaf.signatureKey()) // 4
                && (!keepsItsKey || says.leafEncryptionKey().equals(leaf.encryptionKey())) // 5
                && says.initKey().equals(initKey == null ? Bytes.EMPTY : initKey) // 6
                && says.expiresAt() >= now - Limits.CLOCK_SKEW // 7
                && says.expiresAt() <= now + Limits.LEAF_LIFETIME + Limits.CLOCK_SKEW
                && device.key().verify(primitives, CallCredential.LABEL, signed.credential(), signed.byDevice()); // 8
    }
}
