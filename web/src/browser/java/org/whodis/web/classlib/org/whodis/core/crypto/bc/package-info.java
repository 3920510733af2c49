/** In the place of classes of {@code org.whodis.core.crypto.bc}. */
@NullMarked
package org.whodis.web.classlib.org.whodis.core.crypto.bc;

import org.jspecify.annotations.NullMarked;
