/** The jitter buffer: from packets as the network delivers them to one frame of speech every 20 ms. */
@NullMarked
package org.whodis.media.jitter;

import org.jspecify.annotations.NullMarked;
