package org.whodis.core.message;

import java.util.List;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An {@link Admission} as it is carried, with the other side's, in an extension of the KeyPackage that the Add brings
 * (protocol section 5.1).
 *
 * <pre>
 *   struct { opaque admission&lt;V&gt;; HybridSignature by_device; } SignedAdmission;
 *   SignedAdmission admissions&lt;V&gt;;                          extension 0xF0D2, at most 2
 * </pre>
 *
 * @param admission the encoded {@link Admission}: what was signed is what came
 */
public record SignedAdmission(Bytes admission, HybridSignature byDevice) implements Encodable {
    /** A call has two sides. */
    public static final int MAX_COUNT = 2;

    private static final int MAX_LENGTH = 2 + Admission.LENGTH + HybridSignature.LENGTH;

    public SignedAdmission {
        Check.require(admission.length() <= Admission.LENGTH, "an admission too long");
    }

    @Override
    public void write(WireWriter out) {
        out.vector(admission);
        byDevice.write(out);
    }

    public static SignedAdmission read(WireReader in) throws DecodeException {
        return new SignedAdmission(in.vector(Admission.LENGTH), HybridSignature.read(in));
    }

    public static SignedAdmission decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedAdmission::read);
    }

    /** The content of the extension. */
    public static Bytes encodeList(List<SignedAdmission> admissions) {
        return new WireWriter().list(admissions, (w, each) -> each.write(w)).toBytes();
    }

    /** Reads what {@link #encodeList} wrote. */
    public static List<SignedAdmission> decodeList(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, in -> in.list(MAX_COUNT * MAX_LENGTH, MAX_COUNT, SignedAdmission::read));
    }
}
