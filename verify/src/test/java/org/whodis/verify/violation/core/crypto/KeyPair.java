package org.whodis.verify.violation.core.crypto;

/** Breaks nothing: this one may. */
record KeyPair(Secret privateKey) {}
