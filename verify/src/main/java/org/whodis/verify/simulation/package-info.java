/**
 * Offices, phones, relays and the networks between them in one thread and in virtual time, on the cores that run in
 * production; faults and hostile parties by plan, everything from one seed, invariants checked at every step.
 */
@NullMarked
package org.whodis.verify.simulation;

import org.jspecify.annotations.NullMarked;
