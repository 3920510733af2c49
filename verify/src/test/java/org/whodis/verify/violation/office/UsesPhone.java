package org.whodis.verify.violation.office;

import org.whodis.verify.violation.phone.Plain;

final class UsesPhone {
    final Plain other = new Plain();
}
