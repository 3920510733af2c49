package org.whodis.office;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.OfficeStore.Rotation;

/** The key that this office signs with, and those that it has left: geneses of before are signed with them. */
public final class OwnKeys {
    private final Primitives primitives;
    private volatile Current current;

    private record Left(HybridPublicKey key, Bytes hash, KeyRotation.Signed rotation) {}

    /** A change is seen whole or not at all. */
    private static final class Current {
        private final HybridKeyPair key;
        private final Bytes hash;
        private final Bytes recoveryKey;
        private final List<Left> left;

        Current(HybridKeyPair key, Bytes hash, Bytes recoveryKey, List<Left> left) {
            this.key = key;
            this.hash = hash;
            this.recoveryKey = recoveryKey;
            this.left = List.copyOf(left);
        }
    }

    /**
     * @param recoveryKey KeyHash, or {@link OfficeDescriptor#NO_RECOVERY_KEY}
     * @param rotations oldest first
     */
    public OwnKeys(Primitives primitives, HybridKeyPair key, Bytes recoveryKey, List<Rotation> rotations) {
        this.primitives = primitives;
        List<Left> left = new ArrayList<>();
        for (Rotation each : rotations) {
            left.add(left(each));
        }
        this.current = new Current(key, key.publicKey().keyHash(primitives), recoveryKey, left);
    }

    /** Of an office that has always had this key. */
    public static OwnKeys only(Primitives primitives, HybridKeyPair key) {
        return new OwnKeys(primitives, key, OfficeDescriptor.NO_RECOVERY_KEY, List.of());
    }

    public HybridKeyPair key() {
        return current.key;
    }

    /** OfficeKey, the KeyHash of {@link #key}. */
    public Bytes hash() {
        return current.hash;
    }

    /** KeyHash of the recovery key. */
    public Bytes recoveryKey() {
        return current.recoveryKey;
    }

    /** Whether {@code officeKey} is or was this office's. */
    public boolean has(Bytes officeKey) {
        return find(officeKey) != null;
    }

    /** The public key whose KeyHash is {@code officeKey}, if it is or was this office's. */
    public @Nullable HybridPublicKey find(Bytes officeKey) {
        Current now = current;
        if (now.hash.equals(officeKey)) {
            return now.key.publicKey();
        }
        for (Left each : now.left) {
            if (each.hash().equals(officeKey)) {
                return each.key();
            }
        }
        return null;
    }

    /** For chains of this office's own people. */
    OfficeKeys vouching(OfficeDomain domain) {
        return new OfficeKeys() {
            @Override
            public @Nullable HybridPublicKey find(OfficeDomain asked, Bytes officeKey) {
                return asked.equals(domain) ? OwnKeys.this.find(officeKey) : null;
            }

            @Override
            public OfficeStanding standing(OfficeDomain asked, Bytes officeKey) {
                return find(asked, officeKey) == null ? OfficeStanding.NOT_COMPARED : OfficeStanding.AUTHENTICATED;
            }
        };
    }

    /** How many keys this office has left. */
    public int rotations() {
        return current.left.size();
    }

    /** The latest, oldest first. */
    public List<KeyRotation.Published> published() {
        List<Left> left = current.left;
        List<KeyRotation.Published> out = new ArrayList<>();
        for (Left each : left.subList(Math.max(0, left.size() - PeerKeys.MAX_ROTATIONS), left.size())) {
            out.add(new KeyRotation.Published(each.key(), each.rotation()));
        }
        return out;
    }

    /** {@code next} takes the place of the present key, which is given back; what is signed with it still counts. */
    HybridKeyPair changed(HybridKeyPair next, Bytes recoveryKey, Rotation rotation) {
        Current before = current;
        List<Left> left = new ArrayList<>(before.left);
        left.add(left(rotation));
        current = new Current(next, next.publicKey().keyHash(primitives), recoveryKey, left);
        return before.key;
    }

    private Left left(Rotation rotation) {
        return new Left(rotation.oldKey(), rotation.oldKey().keyHash(primitives), rotation.signed());
    }
}
