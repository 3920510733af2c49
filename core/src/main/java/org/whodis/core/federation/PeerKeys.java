package org.whodis.core.federation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What somebody knows of an office's key: another office, or a device of the office's own people.
 *
 * <pre>
 *   -                          --first contact with k------------------------> k, not compared
 *   k, not compared            --the operators' words were the same-----------> k, compared
 *   k                          --rotations to k', recovery key agreed---------> k', compared if k was; k is earlier
 *   k                          --rotations to k', by k alone------------------> k, k' held for 48 h
 *   k                          --k' seen without a rotation-------------------> k, k' held without end
 *   k, k' held for 48 h        --k' seen after that time----------------------> k', not compared; k is earlier
 *   k, k' held                 --the operators compared k'--------------------> k', compared; k is earlier if it named k'
 *   k, k' held                 --k seen---------------------------------------> k
 *   k, k' held without end     --k'' seen without a rotation------------------> k, k'' held without end
 *   k, k' held for 48 h        --k named k'' too------------------------------> k, k'' held without end, alarm; from then on
 *                                                                               whatever comes without agreement is
 *   k; k' was left for k       --k' named k'' too-----------------------------> k, alarm; k'' if the recovery key agrees to
 *                                                                               that and did not agree to k
 * </pre>
 *
 * <p>Under a held key nobody talks. A key that the office still uses takes back what was held: who stole k and signed a
 * rotation has to keep the office silent for two days. No office goes back to a key that it has left: a rotation to one is
 * an old one played again.
 *
 * @param key the one that counts
 * @param since when it became so
 * @param comparedAt when the operator said that the words were the same; null: not compared
 * @param recoveryKey KeyHash as the office told it first, or as the recovery key itself has said since
 * @param nextRecoveryKey what takes its place if nobody objects: of a key that came without its agreement, or told later by an
 *     office that had none
 * @param earlier keys that led to this one, oldest first: geneses of before are signed with them
 * @param alarmedAt when two keys claimed to follow the same one, which means that somebody has stolen it; null: never, or the
 *     operators have compared keys since
 */
public record PeerKeys(
        OfficeDomain domain,
        HybridPublicKey key,
        Bytes keyHash,
        long since,
        @Nullable Long comparedAt,
        Bytes recoveryKey,
        @Nullable NextRecoveryKey nextRecoveryKey,
        List<Earlier> earlier,
        @Nullable Held held,
        @Nullable Long alarmedAt)
        implements Encodable {
    /** How long a key without the recovery key's agreement waits for somebody to notice. */
    public static final long HOLD_MILLIS = 48L * 60 * 60 * 1000;

    /** How long the recovery key of before can still undo that: a thief has to keep the office silent for a month. */
    public static final long RECOVERY_MILLIS = 30L * 24 * 60 * 60 * 1000;

    /** Until a key that nothing vouches for counts: only the operator's comparison makes it. */
    public static final long WITHOUT_END = Long.MAX_VALUE;

    /** Likewise, of a key that the one that counts has named: after an alarm. */
    private static final long NAMED_WITHOUT_END = WITHOUT_END - 1;

    /** An office that changes its key each year is served for as long as its people's chains last. */
    public static final int MAX_EARLIER = 16;

    /** Rotations that are looked at together. */
    public static final int MAX_ROTATIONS = KeyRotation.Published.MAX_ROTATIONS;

    /** Room for {@link #encode}. */
    public static final int MAX_LENGTH =
            1024 + (MAX_EARLIER + MAX_ROTATIONS + 3) * (HybridPublicKey.LENGTH + LabelledHash.LENGTH + 8);

    public PeerKeys {
        earlier = List.copyOf(earlier);
    }

    /**
     * A key that was left for the one after it.
     *
     * @param agreed whether the recovery key agreed to that
     */
    public record Earlier(HybridPublicKey key, Bytes keyHash, boolean agreed) {
        private void write(WireWriter out) {
            key.write(out);
            out.fixed(keyHash).uint8(agreed ? 1 : 0);
        }

        private static Earlier read(WireReader in) throws DecodeException {
            return new Earlier(HybridPublicKey.read(in), in.fixed(LabelledHash.LENGTH), in.uint8() == 1);
        }
    }

    /** A recovery key that was named without the present one's agreement; it counts from {@code from} on. */
    public record NextRecoveryKey(Bytes keyHash, long from) {}

    /**
     * A key that does not count yet.
     *
     * @param via keys between the one that counts and this one, none of which has ever counted
     */
    public record Held(HybridPublicKey key, Bytes keyHash, Bytes recoveryKey, long until, List<Earlier> via) {
        public Held {
            via = List.copyOf(via);
        }

        /** Whether the key that counts has named this one, and no other; then this one counts from {@link #until} on. */
        public boolean isVouched() {
            return until < NAMED_WITHOUT_END;
        }

        /** Whether the key that counts has named this one, if perhaps another one too. */
        private boolean isNamed() {
            return until != WITHOUT_END;
        }

        private Held withoutEnd() {
            return new Held(key, keyHash, recoveryKey, NAMED_WITHOUT_END, via);
        }

        private void write(WireWriter out) {
            key.write(out);
            out.fixed(keyHash).fixed(recoveryKey).uint64(until);
            out.list(via, (inner, each) -> each.write(inner));
        }

        private static Held read(WireReader in) throws DecodeException {
            return new Held(
                    HybridPublicKey.read(in),
                    in.fixed(LabelledHash.LENGTH),
                    in.fixed(LabelledHash.LENGTH),
                    in.uint64(),
                    in.list(MAX_LENGTH, MAX_ROTATIONS, Earlier::read));
        }
    }

    /** The state after a key was proved on a connection, and whether that connection may be used. */
    public record Seen(PeerKeys keys, boolean accepted) {}

    public static PeerKeys first(PeerIdentity identity, long now) {
        return first(identity.domain(), identity.key(), identity.keyHash(), identity.recoveryKey(), now);
    }

    /** The key of the first contact, or of a device's enrolment. */
    public static PeerKeys first(OfficeDomain domain, HybridPublicKey key, Bytes keyHash, Bytes recoveryKey, long now) {
        return new PeerKeys(domain, key, keyHash, now, null, recoveryKey, null, List.of(), null, null);
    }

    public boolean isCompared() {
        return comparedAt != null;
    }

    /** {@code identity} has proved its key, on a connection to which the domain led or which the domain's descriptor confirms. */
    public Seen seen(PeerIdentity identity, long now) {
        return seen(identity.key(), identity.keyHash(), identity.recoveryKey(), now);
    }

    /** As {@link #seen(PeerIdentity, long)}. */
    public Seen seen(HybridPublicKey shown, Bytes shownHash, Bytes shownRecoveryKey, long now) {
        if (shownHash.equals(keyHash)) {
            return new Seen(told(shownRecoveryKey, now).inUse(), true);
        }
        Held waiting = held;
        if (waiting != null && waiting.keyHash().equals(shownHash)) {
            return now < waiting.until() ? new Seen(this, false) : new Seen(matured(waiting, now), true);
        }
        if (waiting != null && waiting.isVouched() || indexOfEarlier(shownHash) >= 0) {
            return new Seen(this, false);
        }
        return new Seen(withHeld(new Held(shown, shownHash, shownRecoveryKey, WITHOUT_END, List.of())), false);
    }

    /** The office goes on using the key that counts: what was held is taken back. */
    public PeerKeys inUse() {
        return withHeld(null);
    }

    /**
     * The key that counts names a recovery key. Only what it said at the first contact counts at once: whoever steals the key
     * must not choose another, and where there was none must not bring one that agrees to whatever comes next. So a first word
     * that comes later waits like a key without agreement, and the office takes it back by saying otherwise.
     */
    private PeerKeys told(Bytes shown, long now) {
        NextRecoveryKey next = nextRecoveryKey;
        boolean isSettled = !recoveryKey.equals(OfficeDescriptor.NO_RECOVERY_KEY) || next != null && now >= next.from();
        if (isSettled || next != null && next.keyHash().equals(shown)) {
            return this;
        }
        return withNextRecoveryKey(
                shown.equals(OfficeDescriptor.NO_RECOVERY_KEY) ? null : new NextRecoveryKey(shown, now + HOLD_MILLIS));
    }

    /** As {@link #rotated(Primitives, List, long)}, with one. */
    public PeerKeys rotated(Primitives primitives, KeyRotation.Signed signed, long now) {
        return rotated(primitives, List.of(signed), now);
    }

    /**
     * The office has published {@code rotations}, in any order. What is not its own, or leads from no key that is known,
     * changes nothing.
     */
    public PeerKeys rotated(Primitives primitives, List<KeyRotation.Signed> rotations, long now) {
        List<Step> steps = new ArrayList<>();
        for (KeyRotation.Signed each : rotations.subList(0, Math.min(MAX_ROTATIONS, rotations.size()))) {
            Step step = Step.of(primitives, each);
            if (step != null && step.said().domain().equals(domain)) {
                steps.add(step);
            }
        }
        PeerKeys known = undone(primitives, steps, now);
        return known.walked(primitives, steps, now);
    }

    /** As {@link #rotated(Primitives, List, long)}, of what an office publishes. */
    public PeerKeys followed(Primitives primitives, List<KeyRotation.Published> published, long now) {
        List<KeyRotation.Signed> rotations = new ArrayList<>();
        for (KeyRotation.Published each : published) {
            rotations.add(each.rotation());
        }
        return rotated(primitives, rotations, now);
    }

    /**
     * At the first contact: the keys before the present one, which took their place and says so with its own signature.
     * Whoever has the present key vouches for everybody anyway.
     */
    public PeerKeys preceded(Primitives primitives, List<KeyRotation.Published> published) {
        List<Earlier> before = new ArrayList<>(earlier);
        Bytes oldest = before.isEmpty() ? keyHash : before.get(0).keyHash();
        for (int i = published.size() - 1; i >= 0 && before.size() < MAX_EARLIER; i--) {
            KeyRotation.Published each = published.get(i);
            Step step = Step.of(primitives, each.rotation());
            if (step != null
                    && step.said().domain().equals(domain)
                    && step.newHash().equals(oldest)
                    && !isLeft(step.said().oldKey())
                    && each.rotation().isSignedBy(primitives, each.oldKey())) {
                oldest = step.said().oldKey();
                before.add(0, new Earlier(each.oldKey(), oldest, true));
            }
        }
        return new PeerKeys(
                domain, key, keyHash, since, comparedAt, recoveryKey, nextRecoveryKey, before, held, alarmedAt);
    }

    /**
     * The operators' words for {@code comparedKey} were the same.
     *
     * @return null if that is neither the key that counts nor the one that is held
     */
    public @Nullable PeerKeys compared(Bytes comparedKey, long now) {
        if (comparedKey.equals(keyHash)) {
            return new PeerKeys(domain, key, keyHash, since, now, recoveryKey, nextRecoveryKey, earlier, null, null);
        }
        Held waiting = held;
        if (waiting == null || !waiting.keyHash().equals(comparedKey)) {
            return null;
        }
        List<Earlier> before = waiting.isNamed() ? before(waiting.via(), true) : List.of();
        return new PeerKeys(
                domain, waiting.key(), waiting.keyHash(), now, now, waiting.recoveryKey(), null, before, null, null);
    }

    /** The key that counts or counted, by its KeyHash; null for any other. */
    public @Nullable HybridPublicKey find(Bytes hash) {
        if (hash.equals(keyHash)) {
            return key;
        }
        int at = indexOfEarlier(hash);
        return at < 0 ? null : earlier.get(at).key();
    }

    /** For one's own store; {@link #read} takes it up again. */
    @Override
    public void write(WireWriter out) {
        OfficeDomain.write(out, domain);
        key.write(out);
        out.fixed(keyHash)
                .uint64(since)
                .optional(comparedAt, WireWriter::uint64)
                .fixed(recoveryKey)
                .optional(
                        nextRecoveryKey,
                        (inner, it) -> inner.fixed(it.keyHash()).uint64(it.from()));
        out.list(earlier, (inner, each) -> each.write(inner));
        out.optional(held, (inner, it) -> it.write(inner));
        out.optional(alarmedAt, WireWriter::uint64);
    }

    public static PeerKeys read(WireReader in) throws DecodeException {
        return new PeerKeys(
                OfficeDomain.read(in),
                HybridPublicKey.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.uint64(),
                in.optional(WireReader::uint64),
                in.fixed(LabelledHash.LENGTH),
                in.optional(inner -> new NextRecoveryKey(inner.fixed(LabelledHash.LENGTH), inner.uint64())),
                in.list(MAX_LENGTH, MAX_EARLIER, Earlier::read),
                in.optional(Held::read),
                in.optional(WireReader::uint64));
    }

    /** A rotation that is well-formed, and to which its new key has agreed. */
    private record Step(KeyRotation said, Bytes newHash, KeyRotation.Signed signed) {
        static @Nullable Step of(Primitives primitives, KeyRotation.Signed signed) {
            try {
                KeyRotation said = KeyRotation.decode(signed.rotation());
                return new Step(said, said.newKey().keyHash(primitives), signed);
            } catch (DecodeException malformed) {
                return null;
            }
        }
    }

    /** Two rotations from a key that was left long ago: the recovery key says which of them was not a thief's. */
    private PeerKeys undone(Primitives primitives, List<Step> steps, long now) {
        PeerKeys known = this;
        for (Step step : steps) {
            int at = known.indexOfEarlier(step.said().oldKey());
            if (at < 0 || known.successor(at).equals(step.newHash()) || known.isLeft(step.newHash())) {
                continue;
            }
            Earlier from = known.earlier.get(at);
            if (!step.signed().isSignedBy(primitives, from.key())) {
                continue;
            }
            boolean agreed = step.signed().isRecovered(primitives, known.recoveryKeyAt(now));
            known = agreed && !from.agreed() ? known.insteadOf(at, step, now) : known.alarmed(now);
        }
        return known;
    }

    private PeerKeys walked(Primitives primitives, List<Step> steps, long now) {
        List<Step> path = new ArrayList<>();
        List<Boolean> agreements = new ArrayList<>();
        int agreed = 0;
        boolean forked = false;
        boolean undecided = false;
        Bytes recovery = recoveryKeyAt(now);
        HybridPublicKey at = key;
        Bytes atHash = keyHash;
        while (path.size() < steps.size()) {
            Step next = null;
            boolean nextAgreed = false;
            for (Step each : steps) {
                if (!each.said().oldKey().equals(atHash)
                        || isLeft(each.newHash())
                        || isIn(path, each.newHash())
                        || next != null && next.newHash().equals(each.newHash())
                        || !each.signed().isSignedBy(primitives, at)) {
                    continue;
                }
                boolean eachAgreed = each.signed().isRecovered(primitives, recovery);
                forked |= next != null;
                undecided |= nextAgreed && eachAgreed;
                if (next == null || eachAgreed && !nextAgreed) {
                    next = each;
                    nextAgreed = eachAgreed;
                }
            }
            if (next == null || undecided) {
                // Two keys with the recovery key's agreement: whoever has that too is past being told from the office.
                break;
            }
            path.add(next);
            agreements.add(nextAgreed);
            if (nextAgreed) {
                agreed = path.size();
                recovery = next.said().newRecoveryKey();
            }
            at = next.said().newKey();
            atHash = next.newHash();
        }
        PeerKeys known = forked ? alarmed(now) : this;
        if (path.isEmpty()) {
            return known;
        }
        if (held != null && held.isVouched() && !isIn(path, held.keyHash())) {
            if (!isOnTheWay(held, atHash)) {
                known = known.alarmed(now);
            } else if (agreed == 0) {
                // What was published before the last rotation, played again.
                return known;
            }
        }
        if (agreed > 0) {
            known = known.moved(path.subList(0, agreed), agreements, recovery, now);
        }
        if (agreed == path.size()) {
            return known;
        }
        Held waiting = held;
        if (agreed == 0
                && waiting != null
                && waiting.keyHash().equals(atHash)
                && waiting.isVouched()
                && known.alarmedAt() == null) {
            return known;
        }
        List<Earlier> via = new ArrayList<>();
        for (Step each : path.subList(agreed, path.size() - 1)) {
            via.add(new Earlier(each.said().newKey(), each.newHash(), false));
        }
        Held next = new Held(at, atHash, path.get(path.size() - 1).said().newRecoveryKey(), now + HOLD_MILLIS, via);
        return known.withHeld(known.alarmedAt() != null ? next.withoutEnd() : next);
    }

    /** The recovery key stands behind the last of {@code path}, and so behind all of it. */
    private PeerKeys moved(List<Step> path, List<Boolean> agreements, Bytes recovery, long now) {
        List<Earlier> via = new ArrayList<>();
        for (int i = 0; i < path.size() - 1; i++) {
            via.add(new Earlier(path.get(i).said().newKey(), path.get(i).newHash(), agreements.get(i + 1)));
        }
        Step last = path.get(path.size() - 1);
        return new PeerKeys(
                domain,
                last.said().newKey(),
                last.newHash(),
                now,
                comparedAt,
                recovery,
                null,
                before(via, agreements.get(0)),
                null,
                alarmedAt);
    }

    private PeerKeys insteadOf(int at, Step step, long now) {
        List<Earlier> before = new ArrayList<>(earlier.subList(0, at));
        Earlier from = earlier.get(at);
        before.add(new Earlier(from.key(), from.keyHash(), true));
        return new PeerKeys(
                domain,
                step.said().newKey(),
                step.newHash(),
                now,
                null,
                step.said().newRecoveryKey(),
                null,
                before,
                null,
                now);
    }

    private PeerKeys matured(Held waiting, long now) {
        Bytes recovery = recoveryKeyAt(now);
        NextRecoveryKey next = waiting.recoveryKey().equals(recovery)
                ? null
                : new NextRecoveryKey(
                        waiting.recoveryKey(),
                        recovery.equals(OfficeDescriptor.NO_RECOVERY_KEY) ? now : now + RECOVERY_MILLIS);
        return new PeerKeys(
                domain,
                waiting.key(),
                waiting.keyHash(),
                now,
                null,
                recovery,
                next,
                before(waiting.via(), false),
                null,
                alarmedAt);
    }

    /** The keys before the one that counts from now on, which is reached from the present one by {@code via}. */
    private List<Earlier> before(List<Earlier> via, boolean agreed) {
        List<Earlier> before = new ArrayList<>(earlier);
        before.add(new Earlier(key, keyHash, agreed));
        before.addAll(via);
        int surplus = Math.max(0, before.size() - MAX_EARLIER);
        return before.subList(surplus, before.size());
    }

    private Bytes recoveryKeyAt(long now) {
        NextRecoveryKey next = nextRecoveryKey;
        return next != null && now >= next.from() ? next.keyHash() : recoveryKey;
    }

    private boolean isLeft(Bytes hash) {
        return hash.equals(keyHash) || indexOfEarlier(hash) >= 0;
    }

    private int indexOfEarlier(Bytes hash) {
        for (int i = 0; i < earlier.size(); i++) {
            if (earlier.get(i).keyHash().equals(hash)) {
                return i;
            }
        }
        return -1;
    }

    private Bytes successor(int at) {
        return at + 1 < earlier.size() ? earlier.get(at + 1).keyHash() : keyHash;
    }

    private static boolean isIn(List<Step> path, Bytes newHash) {
        for (Step each : path) {
            if (each.newHash().equals(newHash)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOnTheWay(Held waiting, Bytes hash) {
        for (Earlier each : waiting.via()) {
            if (each.keyHash().equals(hash)) {
                return true;
            }
        }
        return false;
    }

    private PeerKeys alarmed(long now) {
        return alarmedAt != null
                ? this
                : new PeerKeys(
                        domain, key, keyHash, since, comparedAt, recoveryKey, nextRecoveryKey, earlier, held, now);
    }

    private PeerKeys withHeld(@Nullable Held next) {
        return new PeerKeys(
                domain, key, keyHash, since, comparedAt, recoveryKey, nextRecoveryKey, earlier, next, alarmedAt);
    }

    private PeerKeys withNextRecoveryKey(@Nullable NextRecoveryKey next) {
        return new PeerKeys(domain, key, keyHash, since, comparedAt, recoveryKey, next, earlier, held, alarmedAt);
    }
}
