package org.whodis.web.classlib.java.security;

import java.util.Random;

/**
 * Takes the place of TeaVM's class, which falls back to a predictable generator without a word. Random bytes are passed in
 * ({@link org.whodis.core.crypto.RandomBytes}); code that reaches for this class is wrong and finds out at once.
 */
public class SecureRandom extends Random {
    private static final long serialVersionUID = 1L;

    public SecureRandom() {
        throw new UnsupportedOperationException("random bytes are passed in");
    }

    public SecureRandom(byte[] seed) {
        this();
    }
}
