package org.whodis.core.federation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What an office knows of another one's key.
 *
 * <pre>
 *   -                          --first contact with k------------------------> k, not compared
 *   k, not compared            --the operators' words were the same-----------> k, compared
 *   k                          --rotation to k', recovery key agreed----------> k', compared if k was; k is earlier
 *   k                          --rotation to k', by k alone-------------------> k, k' held for 48 h
 *   k                          --k' seen without a rotation-------------------> k, k' held without end
 *   k, k' held for 48 h        --k' seen after that time----------------------> k', not compared; k is earlier
 *   k, k' held                 --the operators compared k'--------------------> k', compared; k is earlier if it named k'
 *   k, k' held                 --k seen---------------------------------------> k
 *   k, k' held without end     --k'' seen without a rotation------------------> k, k'' held without end
 * </pre>
 *
 * <p>Under a held key nobody talks. A key that the office still uses takes back what was held: who stole k and signed a
 * rotation has to keep the office silent for two days.
 *
 * @param key the one that counts
 * @param since when it became so
 * @param comparedAt when the operator said that the words were the same; null: not compared
 * @param recoveryKey KeyHash as the office told it under {@code key}
 * @param earlier keys that led to this one, oldest first: geneses of before are signed with them
 */
public record PeerKeys(
        OfficeDomain domain,
        HybridPublicKey key,
        Bytes keyHash,
        long since,
        @Nullable Long comparedAt,
        Bytes recoveryKey,
        List<HybridPublicKey> earlier,
        @Nullable Held held)
        implements Encodable {
    /** How long a key without the recovery key's agreement waits for somebody to notice. */
    public static final long HOLD_MILLIS = 48L * 60 * 60 * 1000;

    /** Until a key that nothing vouches for counts: only the operator's comparison makes it. */
    public static final long WITHOUT_END = Long.MAX_VALUE;

    /** An office that changes its key each year is served for as long as its people's chains last. */
    public static final int MAX_EARLIER = 16;

    public PeerKeys {
        earlier = List.copyOf(earlier);
    }

    /** A key that does not count yet. */
    public record Held(HybridPublicKey key, Bytes keyHash, Bytes recoveryKey, long until) {
        boolean isVouched() {
            return until != WITHOUT_END;
        }

        private void write(WireWriter out) {
            key.write(out);
            out.fixed(keyHash).fixed(recoveryKey).uint64(until);
        }

        private static Held read(WireReader in) throws DecodeException {
            return new Held(
                    HybridPublicKey.read(in),
                    in.fixed(LabelledHash.LENGTH),
                    in.fixed(LabelledHash.LENGTH),
                    in.uint64());
        }
    }

    /** The state after a key was proved on a connection, and whether that connection may be used. */
    public record Seen(PeerKeys keys, boolean accepted) {}

    public static PeerKeys first(PeerIdentity identity, long now) {
        return new PeerKeys(
                identity.domain(),
                identity.key(),
                identity.keyHash(),
                now,
                null,
                identity.recoveryKey(),
                List.of(),
                null);
    }

    public boolean isCompared() {
        return comparedAt != null;
    }

    /** {@code identity} has proved its key, on a connection to which the domain led or which the domain's descriptor confirms. */
    public Seen seen(PeerIdentity identity, long now) {
        if (identity.keyHash().equals(keyHash)) {
            // Only the first word about the recovery key counts: whoever steals the key must not choose another.
            return new Seen(withHeld(null), true);
        }
        Held waiting = held;
        if (waiting != null && waiting.keyHash().equals(identity.keyHash())) {
            return now < waiting.until() ? new Seen(this, false) : new Seen(moved(waiting, null, now), true);
        }
        if (waiting != null && waiting.isVouched()) {
            return new Seen(this, false);
        }
        return new Seen(
                withHeld(new Held(identity.key(), identity.keyHash(), identity.recoveryKey(), WITHOUT_END)), false);
    }

    /** The office has published {@code signed}; what is not its own or not a step from the present key changes nothing. */
    public PeerKeys rotated(Primitives primitives, KeyRotation.Signed signed, long now) {
        KeyRotation said;
        try {
            said = KeyRotation.decode(signed.rotation());
        } catch (DecodeException malformed) {
            return this;
        }
        if (!said.domain().equals(domain) || !signed.isSignedBy(primitives, key)) {
            return this;
        }
        Bytes newHash = said.newKey().keyHash(primitives);
        boolean recovered = signed.isRecovered(primitives, recoveryKey);
        if (held != null && held.keyHash().equals(newHash) && held.isVouched() && !recovered) {
            return this;
        }
        Held next = new Held(said.newKey(), newHash, said.newRecoveryKey(), now + HOLD_MILLIS);
        return recovered ? moved(next, comparedAt, now) : withHeld(next);
    }

    /**
     * The operators' words for {@code comparedKey} were the same.
     *
     * @return null if that is neither the key that counts nor the one that is held
     */
    public @Nullable PeerKeys compared(Bytes comparedKey, long now) {
        if (comparedKey.equals(keyHash)) {
            return new PeerKeys(domain, key, keyHash, since, now, recoveryKey, earlier, null);
        }
        return held != null && held.keyHash().equals(comparedKey) ? moved(held, now, now) : null;
    }

    /** The key that counts or counted, by its KeyHash; null for any other. */
    public @Nullable HybridPublicKey find(Primitives primitives, Bytes hash) {
        if (hash.equals(keyHash)) {
            return key;
        }
        for (HybridPublicKey each : earlier) {
            if (each.keyHash(primitives).equals(hash)) {
                return each;
            }
        }
        return null;
    }

    /** For the office's own store; {@link #read} takes it up again. */
    @Override
    public void write(WireWriter out) {
        OfficeDomain.write(out, domain);
        key.write(out);
        out.fixed(keyHash)
                .uint64(since)
                .optional(comparedAt, WireWriter::uint64)
                .fixed(recoveryKey);
        out.list(earlier, (inner, each) -> each.write(inner));
        out.optional(held, (inner, it) -> it.write(inner));
    }

    public static PeerKeys read(WireReader in) throws DecodeException {
        return new PeerKeys(
                OfficeDomain.read(in),
                HybridPublicKey.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.uint64(),
                in.optional(WireReader::uint64),
                in.fixed(LabelledHash.LENGTH),
                in.list(MAX_EARLIER * HybridPublicKey.LENGTH, MAX_EARLIER, HybridPublicKey::read),
                in.optional(Held::read));
    }

    private PeerKeys moved(Held next, @Nullable Long compared, long now) {
        List<HybridPublicKey> before = new ArrayList<>();
        if (next.isVouched()) {
            before.addAll(earlier);
            before.add(key);
        }
        int surplus = Math.max(0, before.size() - MAX_EARLIER);
        return new PeerKeys(
                domain,
                next.key(),
                next.keyHash(),
                now,
                compared,
                next.recoveryKey(),
                before.subList(surplus, before.size()),
                null);
    }

    private PeerKeys withHeld(@Nullable Held next) {
        return new PeerKeys(domain, key, keyHash, since, comparedAt, recoveryKey, earlier, next);
    }
}
