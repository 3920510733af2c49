/** TURN (RFC 8656) for clients on TCP, and towards one peer only: the office's own relay. */
@NullMarked
package org.whodis.media.turn;

import org.jspecify.annotations.NullMarked;
