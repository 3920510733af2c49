package org.whodis.core.federation;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What became of a {@link PeerRequest} at the other office.
 *
 * <pre>
 *   enum { applied(0), refused(1) } PeerStatus;                               uint8
 *   struct { PeerStatus status; uint16 code; opaque body&lt;V&gt;; } PeerAnswer;    code is 0 if applied, else one of a Refusal
 * </pre>
 */
public sealed interface PeerAnswer extends Encodable {
    /** As a request's: an answer may carry chains. */
    int MAX_BODY = PeerRequest.MAX_BODY;

    int MAX_LENGTH = 1 + 2 + 4 + MAX_BODY;

    /** It was done, once. */
    record Applied(Bytes body) implements PeerAnswer {
        public Applied {
            Check.require(body.length() <= MAX_BODY, "an answer of " + body.length() + " bytes");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(0).uint16(0).vector(body);
        }
    }

    /** Nothing was changed. {@code code} is one of {@link org.whodis.core.identity.Refusal}. */
    record Refused(int code) implements PeerAnswer {
        public Refused {
            Check.require(code >= 0 && code <= 0xffff, "code " + code);
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(1).uint16(code).vector(Bytes.EMPTY);
        }
    }

    static PeerAnswer read(WireReader in) throws DecodeException {
        int status = in.uint8();
        int code = in.uint16();
        Bytes body = in.vector(MAX_BODY);
        if (status == 0 && code == 0) {
            return new Applied(body);
        }
        if (status == 1 && body.isEmpty()) {
            return new Refused(code);
        }
        throw new DecodeException("an answer of status " + status);
    }

    static PeerAnswer decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, PeerAnswer::read);
    }
}
