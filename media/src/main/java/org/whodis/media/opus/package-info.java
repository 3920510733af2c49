/** Opus (RFC 6716) at a constant rate, on the pure-Java codec Concentus. */
@NullMarked
package org.whodis.media.opus;

import org.jspecify.annotations.NullMarked;
