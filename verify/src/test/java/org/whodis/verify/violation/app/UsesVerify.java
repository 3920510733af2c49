package org.whodis.verify.violation.app;

import org.whodis.verify.violation.verify.Plain;

final class UsesVerify {
    final Plain other = new Plain();
}
