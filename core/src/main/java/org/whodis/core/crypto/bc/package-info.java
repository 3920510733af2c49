/** {@link org.whodis.core.crypto.Primitives} on Bouncy Castle's lightweight API, which also runs in the browser. */
@NullMarked
package org.whodis.core.crypto.bc;

import org.jspecify.annotations.NullMarked;
