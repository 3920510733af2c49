/** The portable shell of the relay: one {@code DatagramChannel}, one thread. */
@NullMarked
package org.whodis.relay.udp;

import org.jspecify.annotations.NullMarked;
