package org.whodis.verify.violation.web;

final class UsesPhone {
    final org.whodis.verify.violation.phone.Plain other = new org.whodis.verify.violation.phone.Plain();
}
