package org.whodis.verify.violation.phone;

/** Breaks nothing. */
public final class Plain {}
