package org.whodis.verify.violation.core;

/** Breaks nothing. */
public final class Plain {}
