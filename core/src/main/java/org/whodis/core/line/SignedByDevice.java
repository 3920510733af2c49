package org.whodis.core.line;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A statement about lines, signed by a device under the statement's own label.
 *
 * <pre>
 *   struct { opaque statement&lt;V&gt;; opaque device[32]; HybridSignature by_device; } SignedByDevice;
 * </pre>
 */
public record SignedByDevice(Bytes statement, DeviceId device, HybridSignature byDevice) implements Encodable {
    /** The longest statement is a sealed item with the longest chain in it. */
    public static final int MAX_STATEMENT = 224 * 1024;

    public SignedByDevice {
        Check.require(statement.length() <= MAX_STATEMENT, "a statement of " + statement.length() + " bytes");
    }

    public static SignedByDevice sign(
            Primitives primitives, RandomBytes random, HybridKeyPair key, String label, Encodable statement) {
        Bytes encoded = statement.encode();
        return new SignedByDevice(
                encoded,
                new DeviceId(key.publicKey().keyHash(primitives)),
                key.sign(primitives, label, encoded, random));
    }

    /** Refuses what no device of {@code chain} has signed under {@code label}. */
    public void verify(Primitives primitives, String label, VerifiedChain chain) throws LineException {
        ChainDevice signer = chain.device(device);
        LineException.require(
                signer != null && signer.key().verify(primitives, label, statement, byDevice),
                LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE);
    }

    @Override
    public void write(WireWriter out) {
        out.vector(statement).fixed(device.value());
        byDevice.write(out);
    }

    public static SignedByDevice read(WireReader in) throws DecodeException {
        return new SignedByDevice(in.vector(MAX_STATEMENT), DeviceId.read(in), HybridSignature.read(in));
    }

    public static SignedByDevice decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedByDevice::read);
    }
}
