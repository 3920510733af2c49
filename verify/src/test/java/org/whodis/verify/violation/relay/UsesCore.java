package org.whodis.verify.violation.relay;

import org.whodis.verify.violation.core.Plain;

final class UsesCore {
    /** Even an array of it. */
    final Plain[] others = {};
}
