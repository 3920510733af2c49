/** Offices among themselves (protocol section 8), without a socket or a clock: who the other is, what was sent and applied, which key counts. */
@NullMarked
package org.whodis.core.federation;

import org.jspecify.annotations.NullMarked;
