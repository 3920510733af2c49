package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a leaf of a call's group says of itself, signed by its device (protocol section 5): these keys are this person's, in
 * this call, in this role, until then.
 *
 * <pre>
 *   enum { principal(1), interpreter(2), note_taker(3), adviser(4), listener(5) } Role;      uint8
 *   struct {
 *       uint16 version = 1;
 *       opaque call_id[16]; opaque offer_hash[32];
 *       opaque principal[32]; opaque head[32]; opaque device[32];
 *       opaque leaf_signature_key&lt;V&gt;; opaque leaf_encryption_key&lt;V&gt;; opaque init_key&lt;V&gt;;
 *       Role role;
 *       uint64 expires_at;
 *   } CallCredential;
 * </pre>
 *
 * @param initKey empty in the caller's leaf
 */
public record CallCredential(
        CallId callId,
        Bytes offerHash,
        PrincipalId principal,
        Bytes head,
        DeviceId device,
        Bytes leafSignatureKey,
        Bytes leafEncryptionKey,
        Bytes initKey,
        Role role,
        long expiresAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Call credential";

    /** The private-use credential type of the leaves (RFC 9420 section 17.5). */
    public static final int CREDENTIAL_TYPE = 0xF0D1;

    /** More than any public key of a suite: X-Wing has 1216 bytes. */
    private static final int MAX_KEY = 2048;

    static final int MAX_LENGTH = 2
            + CallId.LENGTH
            + 2 * LabelledHash.LENGTH
            + PrincipalId.LENGTH
            + DeviceId.LENGTH
            + 3 * (2 + MAX_KEY)
            + 1
            + 8;

    /** As what somebody is in a call. */
    public enum Role {
        /** One of the two whose call it is. */
        PRINCIPAL(1),
        INTERPRETER(2),
        NOTE_TAKER(3),
        ADVISER(4),
        /** Sends no media. */
        LISTENER(5);

        private final int code;

        Role(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        static Role read(WireReader in) throws DecodeException {
            int code = in.uint8();
            for (Role role : values()) {
                if (role.code == code) {
                    return role;
                }
            }
            throw new DecodeException("Role " + code);
        }
    }

    public CallCredential {
        Check.length(offerHash, LabelledHash.LENGTH, "offer_hash");
        Check.length(head, LabelledHash.LENGTH, "head");
        Check.require(leafSignatureKey.length() <= MAX_KEY, "a leaf_signature_key too long");
        Check.require(leafEncryptionKey.length() <= MAX_KEY, "a leaf_encryption_key too long");
        Check.require(initKey.length() <= MAX_KEY, "an init_key too long");
        Check.time(expiresAt, "expires_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(callId.value()).fixed(offerHash);
        out.fixed(principal.value()).fixed(head).fixed(device.value());
        out.vector(leafSignatureKey).vector(leafEncryptionKey).vector(initKey);
        out.uint8(role.code).uint64(expiresAt);
    }

    public static CallCredential read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new CallCredential(
                CallId.read(in),
                in.fixed(LabelledHash.LENGTH),
                PrincipalId.read(in),
                in.fixed(LabelledHash.LENGTH),
                DeviceId.read(in),
                in.vector(MAX_KEY),
                in.vector(MAX_KEY),
                in.vector(MAX_KEY),
                Role.read(in),
                Check.readTime(in));
    }

    public static CallCredential decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, CallCredential::read);
    }
}
