package org.whodis.verify.violation.media;

/** Breaks nothing. */
public final class Plain {}
