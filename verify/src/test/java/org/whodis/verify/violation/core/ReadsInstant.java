package org.whodis.verify.violation.core;

import java.time.Instant;

final class ReadsInstant {
    Instant read() {
        return Instant.now();
    }
}
