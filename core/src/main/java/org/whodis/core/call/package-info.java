/** The calls of one device, without any input or output of its own: protocol section 5 as a state machine. */
@NullMarked
package org.whodis.core.call;

import org.jspecify.annotations.NullMarked;
