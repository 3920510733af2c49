package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** The receiver's context (RFC 9180 section 5.2): opens messages in the order they were sealed and exports secrets. */
public final class HpkeReceiver implements Erasable {
    private final HpkeContext context;

    HpkeReceiver(HpkeContext context) {
        this.context = context;
    }

    /** {@code ContextR.Open}: the next message. After a refusal the same message is still the next one. */
    public Bytes open(Bytes aad, Bytes ciphertext) throws CryptoException {
        return context.open(aad, ciphertext);
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
