package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;

/** A proposal that we made: the message to send, and the reference under which a Commit may name it (RFC 9420 section 5.2). */
public record SentProposal(MlsMessage message, Bytes reference) {
    /** The bytes of the MLSMessage. */
    public Bytes bytes() {
        return message.encode();
    }
}
