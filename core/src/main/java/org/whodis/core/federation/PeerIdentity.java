package org.whodis.core.federation;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/**
 * Who the other office says it is, and has proved to be as far as its key goes. Whether that key is the domain's is the
 * question of {@link PeerKeys}.
 *
 * @param keyHash {@code OfficeKey}
 * @param recoveryKey KeyHash of its recovery key, or {@link org.whodis.core.identity.OfficeDescriptor#NO_RECOVERY_KEY}
 * @param version that both speak
 */
public record PeerIdentity(OfficeDomain domain, HybridPublicKey key, Bytes keyHash, Bytes recoveryKey, int version) {}
