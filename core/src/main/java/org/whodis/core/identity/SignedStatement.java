package org.whodis.core.identity;

import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A statement of a chain with the signature of a device that stands in the chain before it (protocol section 2).
 *
 * <pre>
 *   struct {
 *       opaque statement&lt;V&gt;;
 *       opaque signer[32];
 *       HybridSignature by_signer;        label "Whodis 1 Chain statement"
 *   } SignedStatement;
 * </pre>
 *
 * @param statement the encoded {@link Statement}: what was signed is what came
 */
public record SignedStatement(Bytes statement, DeviceId signer, HybridSignature bySigner) implements Encodable {
    public static final String BY_SIGNER = "Whodis 1 Chain statement";
    public static final int MAX_LENGTH = 2 + AddDevice.LENGTH + DeviceId.LENGTH + HybridSignature.LENGTH;

    /** The length of a revocation. */
    static final int REVOCATION_LENGTH = 2 + RevokeDevice.LENGTH + DeviceId.LENGTH + HybridSignature.LENGTH;

    public SignedStatement {
        Check.require(statement.length() <= AddDevice.LENGTH, "a statement of " + statement.length() + " bytes");
    }

    /** Of the encoding, in bytes. */
    int length() {
        int prefix = statement.length() < 64 ? 1 : 2;
        return prefix + statement.length() + DeviceId.LENGTH + HybridSignature.LENGTH;
    }

    @Override
    public void write(WireWriter out) {
        out.vector(statement).fixed(signer.value());
        bySigner.write(out);
    }

    public static SignedStatement read(WireReader in) throws DecodeException {
        return new SignedStatement(in.vector(AddDevice.LENGTH), DeviceId.read(in), HybridSignature.read(in));
    }

    public static SignedStatement decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedStatement::read);
    }
}
