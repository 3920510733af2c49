package org.whodis.verify.violation.core;

import org.whodis.verify.violation.media.Plain;

final class UsesMedia {
    final Plain other = new Plain();
}
