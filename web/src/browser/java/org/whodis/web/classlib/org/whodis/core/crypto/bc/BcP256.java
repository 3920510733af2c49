package org.whodis.web.classlib.org.whodis.core.crypto.bc;

import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * In the place of the class of the same name. Only published vectors of suites that no call has use P-256; here nothing holds
 * under it, and whoever would make something with it has a fault.
 */
@SuppressWarnings({"unused", "DoNotCallSuggester"}) // as the class that it stands for has it, and nobody calls it
final class BcP256 {
    private BcP256() {}

    static Bytes publicKey(Secret privateKey) {
        throw new IllegalStateException("P-256 in a page");
    }

    static Secret agree(Secret privateKey, Bytes publicKey) throws CryptoException {
        throw new CryptoException("P-256 in a page");
    }

    static Bytes sign(Secret privateKey, Bytes hash) {
        throw new IllegalStateException("P-256 in a page");
    }

    static boolean verify(Bytes publicKey, Bytes hash, Bytes signature) {
        return false;
    }
}
