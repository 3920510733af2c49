package org.whodis.web.classlib.org.bouncycastle.crypto;

import java.security.SecureRandom;
import org.bouncycastle.crypto.CryptoServiceProperties;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of Bouncy Castle's class, which logs what a policy of the JVM has against a cipher, and thereby brings
 * formatting of numbers in every language of the world into a page that formats none. Nobody sets a policy here, and random
 * bytes are passed in.
 */
public final class CryptoServicesRegistrar {
    private CryptoServicesRegistrar() {}

    public static void checkConstraints(CryptoServiceProperties service) {}

    public static SecureRandom getSecureRandom() {
        return new SecureRandom();
    }

    public static SecureRandom getSecureRandom(@Nullable SecureRandom given) {
        return given == null ? new SecureRandom() : given;
    }
}
