/** In the place of classes of {@code org.whodis.core.crypto}. */
@NullMarked
package org.whodis.web.classlib.org.whodis.core.crypto;

import org.jspecify.annotations.NullMarked;
