/** Messaging Layer Security (RFC 9420): the group key agreement of a call, without I/O, clock or random source. */
@NullMarked
package org.whodis.core.mls;

import org.jspecify.annotations.NullMarked;
