/** Speech outside the codec: PCM, WAV files, resampling, and where frames of 20 ms come from and go to. */
@NullMarked
package org.whodis.media.audio;

import org.jspecify.annotations.NullMarked;
