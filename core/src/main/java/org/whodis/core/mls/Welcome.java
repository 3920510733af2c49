package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Lets newcomers into a group (RFC 9420 section 12.4.3.1).
 *
 * <pre>
 *   struct { KeyPackageRef new_member; HPKECiphertext encrypted_group_secrets; } EncryptedGroupSecrets;
 *   struct {
 *     CipherSuite cipher_suite;
 *     EncryptedGroupSecrets secrets&lt;V&gt;;
 *     opaque encrypted_group_info&lt;V&gt;;
 *   } Welcome;
 * </pre>
 */
public final class Welcome implements MlsMessage {
    /** Of the encryption of the group secrets (RFC 9420 section 17.7). */
    static final String LABEL = "Welcome";

    /** {@code EncryptedGroupSecrets}. */
    record EncryptedSecrets(Bytes newMember, HpkeCiphertext encryptedGroupSecrets) {
        void write(WireWriter out) {
            out.vector(newMember);
            encryptedGroupSecrets.write(out);
        }

        static EncryptedSecrets read(WireReader in) throws DecodeException {
            return new EncryptedSecrets(Wire.key(in), HpkeCiphertext.read(in));
        }
    }

    private final int cipherSuite;
    private final List<EncryptedSecrets> secrets;
    private final Bytes encryptedGroupInfo;

    Welcome(int cipherSuite, List<EncryptedSecrets> secrets, Bytes encryptedGroupInfo) {
        this.cipherSuite = cipherSuite;
        this.secrets = List.copyOf(secrets);
        this.encryptedGroupInfo = encryptedGroupInfo;
    }

    /** The bytes of the structure alone, without the MLSMessage around it. */
    public Bytes toBytes() {
        WireWriter out = new WireWriter();
        write(out);
        return out.toBytes();
    }

    /**
     * Reads what {@link #toBytes()} wrote; {@link MlsMessage#decode} reads it with the MLSMessage around it.
     *
     * @throws MlsException {@link Rejection#MALFORMED}
     */
    public static Welcome decode(Bytes bytes) throws MlsException {
        return Wire.decode(bytes, Welcome::read);
    }

    int cipherSuite() {
        return cipherSuite;
    }

    Bytes encryptedGroupInfo() {
        return encryptedGroupInfo;
    }

    /** The secrets for the KeyPackage with this reference, or null. */
    @Nullable
    HpkeCiphertext secretsFor(Bytes keyPackageReference) {
        for (EncryptedSecrets each : secrets) {
            if (each.newMember.equals(keyPackageReference)) {
                return each.encryptedGroupSecrets;
            }
        }
        return null;
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(cipherSuite).list(secrets, (w, each) -> each.write(w)).vector(encryptedGroupInfo);
    }

    static Welcome read(WireReader in) throws DecodeException {
        return new Welcome(
                in.uint16(),
                in.list(Limits.MESSAGE_BYTES, Limits.MAX_LEAVES, EncryptedSecrets::read),
                in.vector(Limits.MESSAGE_BYTES));
    }
}
