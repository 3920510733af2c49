package org.whodis.core.identity;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a screen may say of a person (protocol section 2), computed from keys and chain state by one table.
 *
 * <pre>
 *   pin                          the device that speaks            what may be said
 *   ---------------------------  --------------------------------  -------------------
 *   of this principal, and the   stood in the chain at that head   Compared
 *   chain contains its head      added since, 24 h ago or longer   Compared, devices added since: n
 *                                added since, within 24 h          NewDevice
 *   of this principal, and the   any                               NotWhoYouCompared
 *   chain lacks its head
 *   of another principal whom    any                               NotWhoYouCompared
 *   the same office called by
 *   the same name
 *   none, and the office's key   any                               OfficeNotCompared
 *   was not authenticated
 *   none                         the first one                     VouchedForByOffice
 *                                added, 24 h ago or longer         VouchedForByOffice
 *                                added, within 24 h                NewDevice
 * </pre>
 *
 * <p>A device that was revoked does not speak: whoever asks this has found it in the chain. What others say after a device was
 * revoked does not change by that: those who were compared stay so, and a device for which a later revoked one vouched stays.
 *
 * <p>A name never makes the answer better. It makes it worse in one row: a person who was compared cannot be replaced by
 * another one under the same name at the same office without an alarm.
 */
public sealed interface Assurance {
    /** For how long a device that was added counts as new. */
    long NEW_DEVICE_MILLIS = 24L * 60 * 60 * 1000;

    /** Vouched for by their office only. */
    record VouchedForByOffice(OfficeDomain office) implements Assurance {}

    /**
     * Vouched for by an office whose key nobody has compared: whoever stood between the two offices when they first met could
     * vouch for anybody.
     */
    record OfficeNotCompared(OfficeDomain office) implements Assurance {}

    /**
     * Compared in person at {@code comparedAt}.
     *
     * @param devicesAddedSince how many of the devices in the chain came into it since then
     */
    record Compared(long comparedAt, int devicesAddedSince) implements Assurance {}

    /** New device, vouched for by {@code vouchedBy}, not compared. */
    record NewDevice(long addedAt, DeviceId vouchedBy) implements Assurance {}

    /** Not who you compared: genesis or head differ from what was pinned and do not extend it. */
    record NotWhoYouCompared(long comparedAt) implements Assurance {}

    /**
     * The table above, for a person of an office whose key is authenticated.
     *
     * @param device the device that speaks; in {@code chain}
     * @param pin from {@link #pinFor}
     * @param now milliseconds since 1970
     */
    static Assurance of(VerifiedChain chain, DeviceId device, @Nullable Pin pin, long now) {
        return of(chain, device, pin, OfficeStanding.AUTHENTICATED, now);
    }

    /**
     * The table above.
     *
     * @param device the device that speaks; in {@code chain}
     * @param pin from {@link #pinFor}
     * @param office how the key that vouches for the chain is known
     * @param now milliseconds since 1970
     */
    static Assurance of(VerifiedChain chain, DeviceId device, @Nullable Pin pin, OfficeStanding office, long now) {
        ChainDevice speaker = chain.device(device);
        if (speaker == null) {
            throw new IllegalArgumentException(device + " is not in the chain of " + chain.principal());
        }
        if (pin != null && (!pin.principal().equals(chain.principal()) || !chain.contains(pin.head()))) {
            return new NotWhoYouCompared(pin.comparedAt());
        }
        if (pin == null && office == OfficeStanding.NOT_COMPARED) {
            return new OfficeNotCompared(chain.genesis().officeDomain());
        }
        int compared = pin == null ? 0 : chain.lengthAt(pin.head());
        boolean wasCompared = chain.lengthAt(speaker.head()) <= compared;
        DeviceId vouchedBy = speaker.addedBy();
        if (vouchedBy != null && !wasCompared && now - speaker.addedAt() < NEW_DEVICE_MILLIS) {
            return new NewDevice(speaker.addedAt(), vouchedBy);
        }
        if (pin == null) {
            return new VouchedForByOffice(chain.genesis().officeDomain());
        }
        int addedSince = 0;
        for (ChainDevice each : chain.devices()) {
            addedSince += chain.lengthAt(each.head()) > compared ? 1 : 0;
        }
        return new Compared(pin.comparedAt(), addedSince);
    }

    /**
     * The pin that speaks about {@code chain}: the one of its principal, or else one of somebody else whom the same office
     * called by the same name, or null.
     */
    static @Nullable Pin pinFor(VerifiedChain chain, Collection<Pin> pins) {
        Pin sameName = null;
        for (Pin pin : pins) {
            if (pin.principal().equals(chain.principal())) {
                return pin;
            }
            if (pin.officeDomain().equals(chain.genesis().officeDomain())
                    && pin.name().equals(chain.genesis().name())) {
                sameName = pin;
            }
        }
        return sameName;
    }
}
