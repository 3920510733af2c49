package org.whodis.core.federation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * What a device believes of its own office's key (protocol section 8): the one that it pinned when it was enrolled, and then
 * only one that rotations lead to, or that its person has compared with the office's operator. With the recovery key's
 * agreement a key counts at once, without it after 48 hours in which the old one was not seen: who has stolen the office's
 * key and stands in between for a moment does not get the device for good.
 *
 * <p>A key that nothing leads to is remembered in memory only, the last one that was shown, so that it can be compared.
 * One thread.
 */
public final class OfficeTrust {
    private final Primitives primitives;
    private PeerKeys keys;
    private @Nullable PeerKeys unproven;

    public OfficeTrust(Primitives primitives, PeerKeys keys) {
        this.primitives = primitives;
        this.keys = keys;
    }

    /** To be kept whenever it is another one. */
    public PeerKeys keys() {
        return keys;
    }

    public OfficeDomain domain() {
        return keys.domain();
    }

    /** OfficeKey as it counts now. */
    public Bytes officeKey() {
        return keys.keyHash();
    }

    /** The office's key, now or before, whose KeyHash is {@code officeKey}. */
    public @Nullable HybridPublicKey find(Bytes officeKey) {
        return keys.find(officeKey);
    }

    /** The key that was shown and is not believed, or null if the last one that was shown is. */
    public PeerKeys.@Nullable Held notBelieved() {
        PeerKeys shown = unproven;
        return shown == null ? keys.held() : shown.held();
    }

    /**
     * Whoever is at the other end of a connection has shown {@code descriptor}.
     *
     * @param tlsSpkiSha256 of the certificate that TLS showed
     * @return whether that is the office; if not, {@link #followed} may find out that it is
     * @throws IdentityException what was shown does not hold for this connection, whoever it is
     */
    public boolean shown(SignedOfficeDescriptor descriptor, Bytes tlsSpkiSha256, long now) throws IdentityException {
        OfficeDescriptor said = said(descriptor);
        Bytes hash = said.officeKey().keyHash(primitives);
        descriptor.verify(primitives, domain(), hash, tlsSpkiSha256);
        return seen(said, hash, now);
    }

    /** As {@link #shown}, for what it has shown, with what the office publishes. */
    public boolean followed(SignedOfficeDescriptor descriptor, List<KeyRotation.Published> published, long now)
            throws IdentityException {
        OfficeDescriptor said = said(descriptor);
        keys = keys.followed(primitives, published, now);
        return seen(said, said.officeKey().keyHash(primitives), now);
    }

    private boolean seen(OfficeDescriptor said, Bytes hash, long now) {
        keys = withoutFutureOfAWrongClock(now);
        PeerKeys.Seen seen = keys.seen(said.officeKey(), hash, said.recoveryKey(), now);
        PeerKeys.Held held = seen.keys().held();
        if (held == null || held.isVouched()) {
            unproven = null;
            keys = seen.keys();
        } else {
            // Whoever stands in between must not get a place in what is kept.
            unproven = seen.keys();
        }
        return seen.accepted();
    }

    /** A hold that was begun while the device's clock was ahead ends no later than one that begins now. */
    private PeerKeys withoutFutureOfAWrongClock(long now) {
        PeerKeys.Held held = keys.held();
        if (held == null || !held.isVouched() || held.until() - now <= PeerKeys.HOLD_MILLIS) {
            return keys;
        }
        return new PeerKeys(
                keys.domain(),
                keys.key(),
                keys.keyHash(),
                keys.since(),
                keys.comparedAt(),
                keys.recoveryKey(),
                keys.nextRecoveryKey(),
                keys.earlier(),
                new PeerKeys.Held(
                        held.key(), held.keyHash(), held.recoveryKey(), now + PeerKeys.HOLD_MILLIS, held.via()),
                keys.alarmedAt());
    }

    /**
     * The person and the office's operator have the same {@linkplain OfficeWords#ofOne words} for {@code comparedKey}.
     *
     * @return false if that is neither the key that counts nor the one that is {@link #notBelieved}: another was shown meanwhile
     */
    public boolean compared(Bytes comparedKey, long now) {
        PeerKeys shown = unproven;
        PeerKeys next = (shown == null ? keys : shown).compared(comparedKey, now);
        if (next == null) {
            return false;
        }
        keys = shown != null && next.keyHash().equals(comparedKey) && next.find(keys.keyHash()) == null
                ? afterAll(next)
                : next;
        unproven = null;
        return true;
    }

    /**
     * Nothing leads from the key of before to the one that was compared, but the person's own chain and those of the others hang
     * on it: it stays as one that was left. No connection counts under it any more.
     */
    private PeerKeys afterAll(PeerKeys next) {
        List<PeerKeys.Earlier> before = new ArrayList<>(keys.earlier());
        before.add(new PeerKeys.Earlier(keys.key(), keys.keyHash(), false));
        int surplus = Math.max(0, before.size() - PeerKeys.MAX_EARLIER);
        return new PeerKeys(
                next.domain(),
                next.key(),
                next.keyHash(),
                next.since(),
                next.comparedAt(),
                next.recoveryKey(),
                null,
                before.subList(surplus, before.size()),
                null,
                null);
    }

    private static OfficeDescriptor said(SignedOfficeDescriptor descriptor) throws IdentityException {
        try {
            return OfficeDescriptor.decode(descriptor.descriptor());
        } catch (DecodeException malformed) {
            throw new IdentityException(IdentityException.Reason.MALFORMED_DESCRIPTOR);
        }
    }
}
