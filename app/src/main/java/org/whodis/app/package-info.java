/** The {@code whodis} command: the demonstration, the office and the phone behind one name. */
@NullMarked
package org.whodis.app;

import org.jspecify.annotations.NullMarked;
