package org.whodis.verify.violation.core.crypto.jdk;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/** Breaks nothing: a source of its own, and a provider in the one package that may. */
final class MayUseProviders extends SecureRandom {
    private static final long serialVersionUID = 1L;

    MayUseProviders(SecureRandomSpi own) {
        super(own, null);
    }

    byte[] finish(MessageDigest digest) {
        return digest.digest();
    }
}
