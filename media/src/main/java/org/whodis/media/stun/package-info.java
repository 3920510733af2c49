/** STUN messages (RFC 8489) as ICE uses them: a strict, bounded codec. */
@NullMarked
package org.whodis.media.stun;

import org.jspecify.annotations.NullMarked;
