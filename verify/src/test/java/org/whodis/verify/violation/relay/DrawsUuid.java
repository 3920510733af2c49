package org.whodis.verify.violation.relay;

import java.util.UUID;

final class DrawsUuid {
    UUID draw() {
        return UUID.randomUUID();
    }
}
