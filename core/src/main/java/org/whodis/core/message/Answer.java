package org.whodis.core.message;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A person has tapped: their device is ready to be added (protocol section 5).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque call_id[16]; opaque offer_hash[32];
 *       opaque callee_nonce[32];
 *       opaque callee_device[32]; opaque callee_head[32];
 *       uint16 suite;
 *       opaque key_package&lt;V&gt;;            RFC 9420 KeyPackage made for this call
 *       uint64 answered_at;
 *   } Answer;                             label "Whodis 1 Answer"; answer_hash = H("Whodis 1 Answer", answer)
 * </pre>
 */
public record Answer(
        CallId callId,
        Bytes offerHash,
        Bytes calleeNonce,
        DeviceId calleeDevice,
        Bytes calleeHead,
        int suite,
        Bytes keyPackage,
        long answeredAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Answer";
    public static final int NONCE_LENGTH = 32;

    /** A KeyPackage of the suite has about 9 kB: three hybrid keys, a hybrid signature, and their frame. */
    public static final int MAX_KEY_PACKAGE = 16 * 1024;

    static final int MAX_LENGTH = 2
            + CallId.LENGTH
            + LabelledHash.LENGTH
            + NONCE_LENGTH
            + DeviceId.LENGTH
            + LabelledHash.LENGTH
            + 2
            + (4 + MAX_KEY_PACKAGE)
            + 8;

    public Answer {
        Check.length(offerHash, LabelledHash.LENGTH, "offer_hash");
        Check.length(calleeNonce, NONCE_LENGTH, "callee_nonce");
        Check.length(calleeHead, LabelledHash.LENGTH, "callee_head");
        Check.require(suite >= 0 && suite <= 0xffff, "suite " + suite);
        Check.require(keyPackage.length() <= MAX_KEY_PACKAGE, "a KeyPackage of " + keyPackage.length() + " bytes");
        Check.time(answeredAt, "answered_at");
    }

    /** {@code answer_hash} of an encoded answer. */
    public static Bytes hash(Primitives primitives, Bytes answer) {
        return LabelledHash.of(primitives, LABEL, answer);
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(callId.value()).fixed(offerHash).fixed(calleeNonce);
        out.fixed(calleeDevice.value())
                .fixed(calleeHead)
                .uint16(suite)
                .vector(keyPackage)
                .uint64(answeredAt);
    }

    public static Answer read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new Answer(
                CallId.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.fixed(NONCE_LENGTH),
                DeviceId.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.uint16(),
                in.vector(MAX_KEY_PACKAGE),
                Check.readTime(in));
    }

    public static Answer decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Answer::read);
    }
}
