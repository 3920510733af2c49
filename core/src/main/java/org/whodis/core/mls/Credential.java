package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Who a member claims to be (RFC 9420 section 5.3).
 *
 * <pre>
 *   struct {
 *       CredentialType credential_type;
 *       select (Credential.credential_type) {
 *           case basic: opaque identity&lt;V&gt;;
 *           case x509:  Certificate certificates&lt;V&gt;;
 *           case 0xF0D1: opaque statement&lt;V&gt;;
 *       };
 *   } Credential;
 * </pre>
 *
 * <p>Every defined type is one variable-length vector, so every type is read as one; {@code content} is what is inside of
 * it. A type that members do not list in their capabilities is refused later.
 */
public record Credential(int type, Bytes content) {
    /** A bare assertion of an identity; for vectors and tests. */
    public static Credential basic(Bytes identity) {
        return new Credential(Codepoints.CREDENTIAL_BASIC, identity);
    }

    void write(WireWriter out) {
        out.uint16(type).vector(content);
    }

    static Credential read(WireReader in) throws DecodeException {
        return new Credential(in.uint16(), in.vector(Limits.CREDENTIAL_BYTES));
    }
}
