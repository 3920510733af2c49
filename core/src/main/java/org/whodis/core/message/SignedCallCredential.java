package org.whodis.core.message;

import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The content of a leaf's credential in a call's group (protocol section 5).
 *
 * <pre>
 *   struct { opaque credential&lt;V&gt;; HybridSignature by_device; } SignedCallCredential;
 *                                         label "Whodis 1 Call credential"
 * </pre>
 *
 * @param credential the encoded {@link CallCredential}: what was signed is what came
 */
public record SignedCallCredential(Bytes credential, HybridSignature byDevice) implements Encodable {
    public static final int MAX_LENGTH = 2 + CallCredential.MAX_LENGTH + HybridSignature.LENGTH;

    public SignedCallCredential {
        Check.require(credential.length() <= CallCredential.MAX_LENGTH, "a credential too long");
    }

    @Override
    public void write(WireWriter out) {
        out.vector(credential);
        byDevice.write(out);
    }

    public static SignedCallCredential read(WireReader in) throws DecodeException {
        return new SignedCallCredential(in.vector(CallCredential.MAX_LENGTH), HybridSignature.read(in));
    }

    public static SignedCallCredential decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedCallCredential::read);
    }
}
