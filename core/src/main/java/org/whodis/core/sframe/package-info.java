/** SFrame (RFC 9605), and above it the Whodis profile: one size, strict replay, keys by MLS epoch. */
@NullMarked
package org.whodis.core.sframe;

import org.jspecify.annotations.NullMarked;
