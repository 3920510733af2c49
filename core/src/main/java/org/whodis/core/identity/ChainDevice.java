package org.whodis.core.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.wire.Bytes;

/**
 * A device that stands in a verified chain, or stood in it.
 *
 * @param addedAt when, by the clock of whoever added it
 * @param addedBy the device that vouched for it; null for the first one, for which the office did
 * @param head of the chain when the device was added to it
 */
public record ChainDevice(
        DeviceId id,
        HybridPublicKey key,
        DeviceKind kind,
        long addedAt,
        @Nullable DeviceId addedBy,
        Bytes head) {
    static @Nullable ChainDevice find(List<ChainDevice> devices, DeviceId id) {
        for (ChainDevice device : devices) {
            if (device.id().equals(id)) {
                return device;
            }
        }
        return null;
    }
}
