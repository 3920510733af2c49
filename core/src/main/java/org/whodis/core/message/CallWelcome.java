package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The caller has added the device that answered (protocol section 5).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque call_id[16]; opaque offer_hash[32]; opaque answer_hash[32];
 *       opaque caller_nonce[32];          opens the commitment, with the signature key of the caller's leaf
 *       opaque welcome&lt;V&gt;;                RFC 9420 Welcome with the ratchet tree in it
 *   } CallWelcome;                        label "Whodis 1 Welcome"
 * </pre>
 */
public record CallWelcome(CallId callId, Bytes offerHash, Bytes answerHash, Bytes callerNonce, Bytes welcome)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Welcome";

    /** A Welcome into a group of two has about 20 kB: two leaves with credentials, a path, one encapsulation. */
    public static final int MAX_WELCOME = 64 * 1024;

    static final int MAX_LENGTH = 2 + CallId.LENGTH + 2 * LabelledHash.LENGTH + Offer.NONCE_LENGTH + (4 + MAX_WELCOME);

    public CallWelcome {
        Check.length(offerHash, LabelledHash.LENGTH, "offer_hash");
        Check.length(answerHash, LabelledHash.LENGTH, "answer_hash");
        Check.length(callerNonce, Offer.NONCE_LENGTH, "caller_nonce");
        Check.require(welcome.length() <= MAX_WELCOME, "a Welcome of " + welcome.length() + " bytes");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(callId.value()).fixed(offerHash).fixed(answerHash);
        out.fixed(callerNonce).vector(welcome);
    }

    public static CallWelcome read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new CallWelcome(
                CallId.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.fixed(LabelledHash.LENGTH),
                in.fixed(Offer.NONCE_LENGTH),
                in.vector(MAX_WELCOME));
    }

    public static CallWelcome decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, CallWelcome::read);
    }
}
