/** What devices and offices say to each other, byte for byte: protocol sections 4 to 6. */
@NullMarked
package org.whodis.core.message;

import org.jspecify.annotations.NullMarked;
