package org.whodis.verify.violation.core.crypto;

/** Stands for the real one. */
public final class Secret {}
