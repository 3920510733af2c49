/** The phone that a browser is: one state machine without a socket, clock or thread, on the cores that the Java phone runs on. */
@NullMarked
package org.whodis.web.phone;

import org.jspecify.annotations.NullMarked;
