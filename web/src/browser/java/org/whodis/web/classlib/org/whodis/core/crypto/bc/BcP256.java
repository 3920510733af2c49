package org.whodis.web.classlib.org.whodis.core.crypto.bc;

import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * In the place of the class of the same name. Only published vectors of suites that no call has use P-256; here nothing holds
 * under it, and whoever would make something with it has a fault.
 */
final class BcP256 {
    private BcP256() {}

    @SuppressWarnings("unused") // as the class that it stands for has it
    static Bytes publicKey(Secret privateKey) {
        throw new IllegalStateException("P-256 in a page");
    }

    @SuppressWarnings("unused") // as above
    static Secret agree(Secret privateKey, Bytes publicKey) throws CryptoException {
        throw new CryptoException("P-256 in a page");
    }

    @SuppressWarnings("unused") // as above
    static Bytes sign(Secret privateKey, Bytes hash) {
        throw new IllegalStateException("P-256 in a page");
    }

    @SuppressWarnings("unused") // as above
    static boolean verify(Bytes publicKey, Bytes hash, Bytes signature) {
        return false;
    }
}
