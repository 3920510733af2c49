/** Benchmarks that print the figures which the decision records and {@code docs/benchmarks.md} quote. */
@NullMarked
package org.whodis.verify.bench;

import org.jspecify.annotations.NullMarked;
