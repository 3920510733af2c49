/** The blind relay: rooms, members and forwarding of sealed media, without a socket, clock or thread of its own. */
@NullMarked
package org.whodis.relay;

import org.jspecify.annotations.NullMarked;
