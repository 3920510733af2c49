package org.whodis.core.identity;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What an office says of itself at {@code /.well-known/whodis} and at the beginning of a session (protocol section 3).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque domain&lt;V&gt;;
 *       HybridPublicKey office_key;
 *       opaque tls_spki_sha256[32];       SHA-256 of the certificate's SubjectPublicKeyInfo
 *       uint64 issued_at;
 *   } OfficeDescriptor;
 * </pre>
 */
public record OfficeDescriptor(OfficeDomain domain, HybridPublicKey officeKey, Bytes tlsSpkiSha256, long issuedAt)
        implements Encodable {
    static final int MAX_LENGTH = 2 + (2 + OfficeDomain.MAX_LENGTH) + HybridPublicKey.LENGTH + LabelledHash.LENGTH + 8;

    public OfficeDescriptor {
        Check.length(tlsSpkiSha256, LabelledHash.LENGTH, "tls_spki_sha256");
        Check.time(issuedAt, "issued_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        domain.write(out);
        officeKey.write(out);
        out.fixed(tlsSpkiSha256).uint64(issuedAt);
    }

    public static OfficeDescriptor read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new OfficeDescriptor(
                OfficeDomain.read(in), HybridPublicKey.read(in), in.fixed(LabelledHash.LENGTH), Check.readTime(in));
    }

    public static OfficeDescriptor decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, OfficeDescriptor::read);
    }
}
