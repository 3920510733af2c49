/** The one codec: TLS presentation language (RFC 8446 section 3) with the variable-length vectors of RFC 9420 section 2.1.2. */
@NullMarked
package org.whodis.core.wire;

import org.jspecify.annotations.NullMarked;
