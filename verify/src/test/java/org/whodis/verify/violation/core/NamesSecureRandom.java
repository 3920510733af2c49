package org.whodis.verify.violation.core;

import java.security.SecureRandom;

final class NamesSecureRandom {
    int draw(SecureRandom random) {
        return random.nextInt();
    }
}
