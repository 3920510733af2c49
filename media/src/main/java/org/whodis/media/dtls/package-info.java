/** DTLS 1.2 with use_srtp (RFC 5764) by bctls behind a face that takes and gives datagrams. */
@NullMarked
package org.whodis.media.dtls;

import org.jspecify.annotations.NullMarked;
