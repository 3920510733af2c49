/** ICE (RFC 8445): the lite agent of the relay, the controlling agent of the phone, consent (RFC 7675). */
@NullMarked
package org.whodis.media.ice;

import org.jspecify.annotations.NullMarked;
