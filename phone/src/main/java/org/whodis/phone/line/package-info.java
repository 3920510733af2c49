/** Lines on a phone: giving, redeeming, approving, withdrawing, and what the person's devices keep of them. */
@NullMarked
package org.whodis.phone.line;

import org.jspecify.annotations.NullMarked;
