package org.whodis.web.classlib.org.whodis.core.crypto;

import org.whodis.core.crypto.Secret;

/** In the place of the class of the same name, for the reasons of {@code BcP256}: arithmetic on big numbers is a tenth of the core. */
public final class P256 {
    private P256() {}

    @SuppressWarnings({"unused", "DoNotCallSuggester"}) // as the class that it stands for has it, and nobody calls it
    public static boolean isPrivateKey(Secret privateKey) {
        throw new IllegalStateException("P-256 in a page");
    }
}
