package org.whodis.core.federation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An office's statement that another key is its own from now on (protocol section 8).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque domain&lt;V&gt;;
 *       opaque old_key[32];               OfficeKey
 *       HybridPublicKey new_key;
 *       opaque new_recovery_key[32];      KeyHash, or zeros
 *       uint64 issued_at;
 *   } KeyRotation;
 * </pre>
 */
public record KeyRotation(
        OfficeDomain domain, Bytes oldKey, HybridPublicKey newKey, Bytes newRecoveryKey, long issuedAt)
        implements Encodable {
    static final int MAX_LENGTH =
            2 + (2 + OfficeDomain.MAX_LENGTH) + LabelledHash.LENGTH + HybridPublicKey.LENGTH + LabelledHash.LENGTH + 8;

    public KeyRotation {
        Check.length(oldKey, LabelledHash.LENGTH, "old_key");
        Check.length(newRecoveryKey, LabelledHash.LENGTH, "new_recovery_key");
        Check.time(issuedAt, "issued_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        OfficeDomain.write(out, domain);
        out.fixed(oldKey);
        newKey.write(out);
        out.fixed(newRecoveryKey).uint64(issuedAt);
    }

    public static KeyRotation read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new KeyRotation(
                OfficeDomain.read(in),
                in.fixed(LabelledHash.LENGTH),
                HybridPublicKey.read(in),
                in.fixed(LabelledHash.LENGTH),
                Check.readTime(in));
    }

    public static KeyRotation decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, KeyRotation::read);
    }

    /**
     * A rotation with its signatures.
     *
     * <pre>
     *   struct {
     *       opaque rotation&lt;V&gt;;
     *       HybridSignature by_old_key;       label "Whodis 1 Office rotation"
     *       HybridSignature by_new_key;       label "Whodis 1 Office rotation, new key"
     *       uint8 recovered;                  0, or 1 and then:
     *       HybridPublicKey recovery_key; HybridSignature by_recovery_key;      label "Whodis 1 Office recovery"
     *   } SignedKeyRotation;
     * </pre>
     */
    public record Signed(
            Bytes rotation,
            HybridSignature byOldKey,
            HybridSignature byNewKey,
            @Nullable ByRecoveryKey byRecoveryKey) implements Encodable {
        public static final String BY_OLD_KEY = "Whodis 1 Office rotation";
        public static final String BY_NEW_KEY = "Whodis 1 Office rotation, new key";
        public static final String BY_RECOVERY_KEY = "Whodis 1 Office recovery";

        public static final int MAX_LENGTH =
                2 + KeyRotation.MAX_LENGTH + 3 * HybridSignature.LENGTH + 1 + HybridPublicKey.LENGTH;

        public Signed {
            Check.require(rotation.length() <= KeyRotation.MAX_LENGTH, "a rotation too long");
        }

        /**
         * Signs {@code rotation} with all keys that take part.
         *
         * @param recoveryKey null if it is not at hand
         */
        public static Signed sign(
                Primitives primitives,
                RandomBytes random,
                KeyRotation rotation,
                HybridKeyPair oldKey,
                HybridKeyPair newKey,
                @Nullable HybridKeyPair recoveryKey) {
            Bytes said = rotation.encode();
            return new Signed(
                    said,
                    oldKey.sign(primitives, BY_OLD_KEY, said, random),
                    newKey.sign(primitives, BY_NEW_KEY, said, random),
                    recoveryKey == null
                            ? null
                            : new ByRecoveryKey(
                                    recoveryKey.publicKey(),
                                    recoveryKey.sign(primitives, BY_RECOVERY_KEY, said, random)));
        }

        /** Whether {@code oldKey} handed over to the key that is named, which took it: both signed. */
        public boolean isSignedBy(Primitives primitives, HybridPublicKey oldKey) {
            KeyRotation said;
            try {
                said = KeyRotation.decode(rotation);
            } catch (DecodeException malformed) {
                return false;
            }
            return said.oldKey().equals(oldKey.keyHash(primitives))
                    && oldKey.verify(primitives, BY_OLD_KEY, rotation, byOldKey)
                    && said.newKey().verify(primitives, BY_NEW_KEY, rotation, byNewKey);
        }

        /** Whether the recovery key whose KeyHash is {@code recoveryKey} agreed. */
        public boolean isRecovered(Primitives primitives, Bytes recoveryKey) {
            return byRecoveryKey != null
                    && !recoveryKey.equals(OfficeDescriptor.NO_RECOVERY_KEY)
                    && byRecoveryKey.key().keyHash(primitives).equals(recoveryKey)
                    && byRecoveryKey.key().verify(primitives, BY_RECOVERY_KEY, rotation, byRecoveryKey.signature());
        }

        @Override
        public void write(WireWriter out) {
            out.vector(rotation);
            byOldKey.write(out);
            byNewKey.write(out);
            out.optional(byRecoveryKey, (inner, it) -> it.write(inner));
        }

        public static Signed read(WireReader in) throws DecodeException {
            return new Signed(
                    in.vector(KeyRotation.MAX_LENGTH),
                    HybridSignature.read(in),
                    HybridSignature.read(in),
                    in.optional(ByRecoveryKey::read));
        }

        public static Signed decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, Signed::read);
        }
    }

    /**
     * As an office publishes it, with the key that was left: a statement has only its hash.
     *
     * <pre>
     *   struct { HybridPublicKey old_key; SignedKeyRotation rotation; } PublishedRotation;
     *   PublishedRotation rotations&lt;V&gt;;       at most 8, oldest first
     * </pre>
     */
    public record Published(HybridPublicKey oldKey, Signed rotation) implements Encodable {
        /** An office publishes the latest: for who has not met it for years. */
        public static final int MAX_ROTATIONS = 8;

        public static final int MAX_LIST_LENGTH = 8 + MAX_ROTATIONS * (HybridPublicKey.LENGTH + Signed.MAX_LENGTH);

        @Override
        public void write(WireWriter out) {
            oldKey.write(out);
            rotation.write(out);
        }

        public static Published read(WireReader in) throws DecodeException {
            return new Published(HybridPublicKey.read(in), Signed.read(in));
        }

        /** Oldest first. */
        public static Bytes encode(List<Published> rotations) {
            return new WireWriter()
                    .list(rotations, (out, each) -> each.write(out))
                    .toBytes();
        }

        public static List<Published> decodeList(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, in -> in.list(MAX_LIST_LENGTH, MAX_ROTATIONS, Published::read));
        }
    }

    /** The recovery key's agreement. The key itself comes along: peers know its hash only. */
    public record ByRecoveryKey(HybridPublicKey key, HybridSignature signature) implements Encodable {
        @Override
        public void write(WireWriter out) {
            key.write(out);
            signature.write(out);
        }

        public static ByRecoveryKey read(WireReader in) throws DecodeException {
            return new ByRecoveryKey(HybridPublicKey.read(in), HybridSignature.read(in));
        }
    }
}
