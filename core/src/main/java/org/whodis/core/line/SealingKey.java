package org.whodis.core.line;

import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Where things may be sealed to for one device; signed by that device.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque device[32];
 *       opaque public_key[1216];          X-Wing
 *       uint64 created_at;
 *   } SealingKey;                         label "Whodis 1 Sealing key"
 * </pre>
 *
 * <p>The private half is {@code HKDF-SHA-256(device seed, "Whodis 1 Sealing key", 32)}, so that a device has nothing more to
 * keep.
 */
public record SealingKey(DeviceId device, Bytes publicKey, long createdAt) implements Encodable {
    public static final String LABEL = "Whodis 1 Sealing key";

    public SealingKey {
        Check.length(publicKey, XWing.PUBLIC_KEY_LENGTH, "public_key");
        Check.time(createdAt, "created_at");
    }

    /** The private half that goes with a device's key; the caller erases it. */
    public static Secret privateKey(Primitives primitives, HybridKeyPair device) {
        Secret seed = device.seed();
        Secret extracted = primitives.hkdfExtract(HashAlgorithm.SHA256, Secret.copyOf(Bytes.EMPTY), seed);
        Secret out =
                primitives.hkdfExpand(HashAlgorithm.SHA256, extracted, Bytes.utf8(LABEL), XWing.PRIVATE_KEY_LENGTH);
        seed.erase();
        extracted.erase();
        return out;
    }

    /** The sealing key in {@code signed}, if a device of {@code chain} made it for itself. */
    public static SealingKey verified(Primitives primitives, SignedByDevice signed, VerifiedChain chain)
            throws LineException {
        signed.verify(primitives, LABEL, chain);
        try {
            SealingKey key = WireReader.decode(signed.statement(), SealingKey::read);
            LineException.require(key.device().equals(signed.device()), LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE);
            return key;
        } catch (DecodeException e) {
            throw new LineException(LineException.Reason.MALFORMED);
        }
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(device.value()).fixed(publicKey).uint64(createdAt);
    }

    public static SealingKey read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new SealingKey(DeviceId.read(in), in.fixed(XWing.PUBLIC_KEY_LENGTH), Check.readTime(in));
    }

    public static SealingKey decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SealingKey::read);
    }
}
