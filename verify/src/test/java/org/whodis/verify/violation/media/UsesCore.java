package org.whodis.verify.violation.media;

import org.whodis.verify.violation.core.Plain;

final class UsesCore {
    final Plain other = new Plain();
}
