/** Microphones, loudspeakers and recordings as the sources and sinks of a call. */
@NullMarked
package org.whodis.phone.audio;

import org.jspecify.annotations.NullMarked;
