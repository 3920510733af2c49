/** SRTP and SRTCP with AEAD_AES_256_GCM (RFC 3711, RFC 7714): key derivation, protection, replay windows. */
@NullMarked
package org.whodis.media.srtp;

import org.jspecify.annotations.NullMarked;
