/** The thread that carries a call's audio: one socket, constant pace, and what it measures. */
@NullMarked
package org.whodis.phone.media;

import org.jspecify.annotations.NullMarked;
