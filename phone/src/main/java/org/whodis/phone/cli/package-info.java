/** The command line of the phone: {@code whodis phone}. */
@NullMarked
package org.whodis.phone.cli;

import org.jspecify.annotations.NullMarked;
