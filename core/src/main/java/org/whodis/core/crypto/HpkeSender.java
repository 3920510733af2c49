package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** The sender's context (RFC 9180 section 5.2): seals messages in order and exports secrets. */
public final class HpkeSender implements Erasable {
    private final Bytes enc;
    private final HpkeContext context;

    HpkeSender(Bytes enc, HpkeContext context) {
        this.enc = enc;
        this.context = context;
    }

    /** The encapsulated key, which the receiver needs first. */
    public Bytes enc() {
        return enc;
    }

    /** {@code ContextS.Seal}: the next message. */
    public Bytes seal(Bytes aad, Bytes plaintext) {
        return context.seal(aad, plaintext);
    }

    /** {@code Context.Export} (RFC 9180 section 5.3). */
    public Secret export(Bytes exporterContext, int length) {
        return context.export(exporterContext, length);
    }

    /** Overwrites the keys; further use is a fault. */
    @Override
    public void erase() {
        context.erase();
    }
}
