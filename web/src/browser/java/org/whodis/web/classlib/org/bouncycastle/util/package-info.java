/** What of Bouncy Castle drags in more than it does. */
@NullMarked
package org.whodis.web.classlib.org.bouncycastle.util;

import org.jspecify.annotations.NullMarked;
