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
 *       opaque recovery_key[32];          KeyHash of the office's offline recovery key; zeros if it has none
 *       opaque tls_spki_sha256[32];       SHA-256 of the certificate's SubjectPublicKeyInfo
 *       uint64 issued_at;
 *   } OfficeDescriptor;
 * </pre>
 */
public record OfficeDescriptor(
        OfficeDomain domain, HybridPublicKey officeKey, Bytes recoveryKey, Bytes tlsSpkiSha256, long issuedAt)
        implements Encodable {
    /** Of an office without a recovery key. */
    public static final Bytes NO_RECOVERY_KEY = Bytes.of(new byte[LabelledHash.LENGTH]);

    static final int MAX_LENGTH =
            2 + (2 + OfficeDomain.MAX_LENGTH) + HybridPublicKey.LENGTH + 2 * LabelledHash.LENGTH + 8;

    public OfficeDescriptor {
        Check.length(recoveryKey, LabelledHash.LENGTH, "recovery_key");
        Check.length(tlsSpkiSha256, LabelledHash.LENGTH, "tls_spki_sha256");
        Check.time(issuedAt, "issued_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        domain.write(out);
        officeKey.write(out);
        out.fixed(recoveryKey).fixed(tlsSpkiSha256).uint64(issuedAt);
    }

    public static OfficeDescriptor read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new OfficeDescriptor(
                OfficeDomain.read(in),
                HybridPublicKey.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.fixed(LabelledHash.LENGTH),
                Check.readTime(in));
    }

    public static OfficeDescriptor decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, OfficeDescriptor::read);
    }
}
