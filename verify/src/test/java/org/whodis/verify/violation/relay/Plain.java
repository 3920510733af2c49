package org.whodis.verify.violation.relay;

/** Breaks nothing: the relay may use media. */
public final class Plain {
    final org.whodis.verify.violation.media.Plain below = new org.whodis.verify.violation.media.Plain();
}
