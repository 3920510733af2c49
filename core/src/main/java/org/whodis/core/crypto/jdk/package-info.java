/** {@link org.whodis.core.crypto.Primitives} on the providers of the JDK; the only package of the core that may use them. */
@NullMarked
package org.whodis.core.crypto.jdk;

import org.jspecify.annotations.NullMarked;
