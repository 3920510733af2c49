package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** The running hashes over all Commits (RFC 9420 section 8.2). */
final class TranscriptHash {
    private TranscriptHash() {}

    /** {@code struct { WireFormat wire_format; FramedContent content; opaque signature<V>; } ConfirmedTranscriptHashInput;} */
    static Bytes confirmed(MlsCrypto crypto, Bytes interimBefore, AuthenticatedContent commit) {
        WireWriter out = new WireWriter().fixed(interimBefore).uint16(commit.wireFormat());
        commit.content().write(out);
        return crypto.hash(out.vector(commit.auth().signature()).toBytes());
    }

    /** {@code struct { MAC confirmation_tag; } InterimTranscriptHashInput;} */
    static Bytes interim(MlsCrypto crypto, Bytes confirmed, Bytes confirmationTag) {
        return crypto.hash(
                new WireWriter().fixed(confirmed).vector(confirmationTag).toBytes());
    }
}
