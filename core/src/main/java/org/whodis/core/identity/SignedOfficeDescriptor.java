package org.whodis.core.identity;

import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.IdentityException.Reason;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An office's descriptor under its signature (protocol section 3).
 *
 * <pre>
 *   struct { opaque descriptor&lt;V&gt;; HybridSignature by_office; } SignedOfficeDescriptor;
 *                                         label "Whodis 1 Office descriptor"
 * </pre>
 *
 * @param descriptor the encoded {@link OfficeDescriptor}: what was signed is what came
 */
public record SignedOfficeDescriptor(Bytes descriptor, HybridSignature byOffice) implements Encodable {
    public static final String BY_OFFICE = "Whodis 1 Office descriptor";
    public static final int MAX_LENGTH = 2 + OfficeDescriptor.MAX_LENGTH + HybridSignature.LENGTH;

    public SignedOfficeDescriptor {
        Check.require(descriptor.length() <= OfficeDescriptor.MAX_LENGTH, "a descriptor too long");
    }

    /**
     * Believes the connection over which this came only if the office whose key is expected says that the connection's TLS
     * key is its own: 1. well-formed; 2. the expected key; 3. the domain that was asked for; 4. signed under that key; 5. the
     * TLS key that was seen.
     *
     * @param officeKey the {@code KeyHash} from the invitation, or of the office that the device is enrolled at
     * @param tlsSpkiSha256 SHA-256 of the SubjectPublicKeyInfo of the certificate that TLS showed
     */
    public OfficeDescriptor verify(Primitives primitives, OfficeDomain domain, Bytes officeKey, Bytes tlsSpkiSha256)
            throws IdentityException {
        OfficeDescriptor said; // 1
        try {
            said = OfficeDescriptor.decode(descriptor);
        } catch (DecodeException malformed) {
            throw new IdentityException(Reason.MALFORMED_DESCRIPTOR);
        }
        require(said.officeKey().keyHash(primitives).equals(officeKey), Reason.ANOTHER_OFFICE_KEY); // 2
        require(said.domain().equals(domain), Reason.ANOTHER_DOMAIN); // 3
        require( // 4
                said.officeKey().verify(primitives, BY_OFFICE, descriptor, byOffice),
                Reason.DESCRIPTOR_NOT_SIGNED_BY_THE_OFFICE);
        require(said.tlsSpkiSha256().equals(tlsSpkiSha256), Reason.ANOTHER_TLS_KEY); // 5
        return said;
    }

    private static void require(boolean holds, Reason otherwise) throws IdentityException {
        if (!holds) {
            throw new IdentityException(otherwise);
        }
    }

    @Override
    public void write(WireWriter out) {
        out.vector(descriptor);
        byOffice.write(out);
    }

    public static SignedOfficeDescriptor read(WireReader in) throws DecodeException {
        return new SignedOfficeDescriptor(in.vector(OfficeDescriptor.MAX_LENGTH), HybridSignature.read(in));
    }

    public static SignedOfficeDescriptor decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedOfficeDescriptor::read);
    }
}
