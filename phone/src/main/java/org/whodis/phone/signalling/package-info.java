/** The phone's connection to its office: TLS with a pinned office key, requests, the device session, reconnection. */
@NullMarked
package org.whodis.phone.signalling;

import org.jspecify.annotations.NullMarked;
