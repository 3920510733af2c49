package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
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

    /** Refuses what no device that stands in {@code chain} has signed under {@code label}. */
    public void verify(Primitives primitives, String label, VerifiedChain chain) throws LineException {
        verify(primitives, label, chain.device(device));
    }

    /**
     * As {@link #verify}, of a thing that is kept: a device that was revoked since counts too. The office that keeps it took it
     * while the device stood in the chain, and takes nothing from a revoked one; what that one had a right to say stays said.
     */
    public void verifyKept(Primitives primitives, String label, VerifiedChain chain) throws LineException {
        verify(primitives, label, chain.everDevice(device));
    }

    private void verify(Primitives primitives, String label, @Nullable ChainDevice signer) throws LineException {
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
