package org.whodis.verify.violation.verify;

/** Breaks nothing. */
public final class Plain {}
