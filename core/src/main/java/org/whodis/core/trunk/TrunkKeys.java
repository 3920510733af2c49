package org.whodis.core.trunk;

import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/**
 * The SRTP master keys and salts of one opening of a trunk.
 *
 * <pre>
 *   salt = H("Whodis 1 Trunk", call_id, opening, opener's domain, accepter's domain)
 *   prk  = HKDF-Extract(salt, opener.secret || accepter.secret)                              SHA-256
 *   opener_key[32] || opener_salt[12] || accepter_key[32] || accepter_salt[12]
 *        = HKDF-Expand(prk, "Whodis 1 Trunk keys", 88)
 * </pre>
 *
 * <p>Both offices' shares are in both directions' keys: neither an office that repeats itself nor a request that is replayed
 * makes the other use a key twice, and the two directions never have the same.
 */
public final class TrunkKeys {
    /** Of AEAD_AES_256_GCM (RFC 7714, section 12). */
    public static final int KEY_LENGTH = 32;

    public static final int SALT_LENGTH = 12;

    private static final Bytes KEYS = Bytes.utf8("Whodis 1 Trunk keys");
    private static final int DIRECTION_LENGTH = KEY_LENGTH + SALT_LENGTH;

    private final Secret opener;
    private final Secret accepter;

    private TrunkKeys(Secret opener, Secret accepter) {
        this.opener = opener;
        this.accepter = accepter;
    }

    /** Derives them; the shares stay alive. */
    public static TrunkKeys derive(
            Primitives primitives,
            TrunkMessage.Open open,
            TrunkPlace accepter,
            OfficeDomain openersDomain,
            OfficeDomain acceptersDomain) {
        Bytes salt = LabelledHash.of(
                primitives,
                "Whodis 1 Trunk",
                open.callId().value(),
                open.opening(),
                Bytes.utf8(openersDomain.value()),
                Bytes.utf8(acceptersDomain.value()));
        Secret shares = Secret.concat(open.opener().secret(), accepter.secret());
        Secret prk = primitives.hkdfExtract(HashAlgorithm.SHA256, Secret.copyOf(salt), shares);
        Secret keys = primitives.hkdfExpand(HashAlgorithm.SHA256, prk, KEYS, 2 * DIRECTION_LENGTH);
        TrunkKeys derived =
                new TrunkKeys(keys.slice(0, DIRECTION_LENGTH), keys.slice(DIRECTION_LENGTH, 2 * DIRECTION_LENGTH));
        shares.erase();
        prk.erase();
        keys.erase();
        return derived;
    }

    /** Key and salt of what the opener's relay sends. */
    public Secret opener() {
        return opener;
    }

    /** Key and salt of what the accepter's relay sends. */
    public Secret accepter() {
        return accepter;
    }

    public void erase() {
        opener.erase();
        accepter.erase();
    }
}
