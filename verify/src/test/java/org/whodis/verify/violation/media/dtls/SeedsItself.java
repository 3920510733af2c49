package org.whodis.verify.violation.media.dtls;

import java.security.SecureRandom;

final class SeedsItself {
    final SecureRandom random = new SecureRandom();
}
