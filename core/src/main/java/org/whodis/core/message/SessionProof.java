package org.whodis.core.message;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * How a device shows the office who it is; the body of {@code authenticate} (protocol section 4).
 *
 * <pre>
 *   struct { opaque principal[32]; opaque device[32]; opaque device_nonce[32]; HybridSignature by_device; } Authenticate;
 *
 *   label "Whodis 1 Session", over office_key[32] || tls_spki_sha256[32] || challenge[32] || device_nonce[32]
 *                                  || principal[32] || device[32]
 * </pre>
 *
 * <p>The signature names the TLS key that the device saw, so a session cannot be carried to another connection.
 */
public record SessionProof(PrincipalId principal, DeviceId device, Bytes deviceNonce, HybridSignature byDevice)
        implements Encodable {
    public static final String BY_DEVICE = "Whodis 1 Session";
    public static final int NONCE_LENGTH = 32;

    private static final int HASH_LENGTH = 32;

    public SessionProof {
        Check.length(deviceNonce, NONCE_LENGTH, "device_nonce");
    }

    /** What both sides know of the connection: of the device's, what it saw; of the office's, what it has. */
    public record Connection(Bytes officeKey, Bytes tlsSpkiSha256, Bytes challenge) {
        public Connection {
            Check.length(officeKey, HASH_LENGTH, "office_key");
            Check.length(tlsSpkiSha256, HASH_LENGTH, "tls_spki_sha256");
            Check.length(challenge, FromOffice.OfficeHello.CHALLENGE_LENGTH, "challenge");
        }
    }

    /** The device's side. */
    public static SessionProof create(
            Primitives primitives,
            RandomBytes random,
            Connection connection,
            PrincipalId principal,
            HybridKeyPair device) {
        DeviceId id = new DeviceId(device.publicKey().keyHash(primitives));
        Bytes nonce = Bytes.of(random.next(NONCE_LENGTH));
        Bytes statement = statement(connection, nonce, principal, id);
        return new SessionProof(principal, id, nonce, device.sign(primitives, BY_DEVICE, statement, random));
    }

    /** The office's side: whether the device whose key is {@code deviceKey} proved itself on {@code connection}. */
    public boolean verify(Primitives primitives, Connection connection, HybridPublicKey deviceKey) {
        return deviceKey.keyHash(primitives).equals(device.value())
                && deviceKey.verify(
                        primitives, BY_DEVICE, statement(connection, deviceNonce, principal, device), byDevice);
    }

    private static Bytes statement(Connection connection, Bytes nonce, PrincipalId principal, DeviceId device) {
        return Bytes.concat(
                connection.officeKey(),
                connection.tlsSpkiSha256(),
                connection.challenge(),
                nonce,
                principal.value(),
                device.value());
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(principal.value()).fixed(device.value()).fixed(deviceNonce);
        byDevice.write(out);
    }

    public static SessionProof read(WireReader in) throws DecodeException {
        return new SessionProof(
                PrincipalId.read(in), DeviceId.read(in), in.fixed(NONCE_LENGTH), HybridSignature.read(in));
    }
}
