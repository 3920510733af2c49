/** What a phone runs against the relay of its own office: ICE, DTLS-SRTP and RTP in one state machine. */
@NullMarked
package org.whodis.media.client;

import org.jspecify.annotations.NullMarked;
