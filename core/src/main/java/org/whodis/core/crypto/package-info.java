/** Cryptographic primitives behind one interface, with one implementation on the JDK and one on Bouncy Castle. */
@NullMarked
package org.whodis.core.crypto;

import org.jspecify.annotations.NullMarked;
