/** RTP and RTCP headers (RFC 3550), sequence arithmetic, demultiplexing (RFC 5761, RFC 7983), reception statistics. */
@NullMarked
package org.whodis.media.rtp;

import org.jspecify.annotations.NullMarked;
