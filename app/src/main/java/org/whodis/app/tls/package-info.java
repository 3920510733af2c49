/** TLS to an office without a look at who vouches for its certificate. */
@NullMarked
package org.whodis.app.tls;

import org.jspecify.annotations.NullMarked;
