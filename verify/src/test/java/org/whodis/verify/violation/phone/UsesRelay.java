package org.whodis.verify.violation.phone;

final class UsesRelay {
    final org.whodis.verify.violation.relay.Plain other = new org.whodis.verify.violation.relay.Plain();
}
