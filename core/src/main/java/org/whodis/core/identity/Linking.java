package org.whodis.core.identity;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The device that brings a further one of the same person in (protocol section 3): opens a link, checks who used it, and
 * signs. One link at a time; a new one ends the one before. One thread.
 *
 * <pre>
 *   Closed  --open--------------------------------------------> Open     for ten minutes
 *   Open    --a request that saw the link's secret------------> Asked    the first one; others change nothing
 *   Asked   --close: the person has compared the words--------> Closed   with the request, which {@link #extend} signs if they match
 * </pre>
 */
public final class Linking {
    private final Primitives primitives;
    private @Nullable DeviceLink open;
    private long openUntil;
    private @Nullable LinkRequest request;

    public Linking(Primitives primitives) {
        this.primitives = primitives;
    }

    /** Makes the link to follow on the new device; the office has to be told its id ({@code LinkOpen}). */
    public DeviceLink open(RandomBytes random, OfficeDomain office, Bytes officeKey, PrincipalId principal, long now) {
        DeviceLink link =
                new DeviceLink(office, Secret.owning(random.next(DeviceLink.SECRET_LENGTH)), officeKey, principal);
        open = link;
        request = null;
        openUntil = now + DeviceLink.LIFETIME_MILLIS;
        return link;
    }

    /** Until when the link that was opened last can be used. */
    public long openUntil() {
        return openUntil;
    }

    /** The link that a new session has to tell the office again, or null: the office hands requests to a session. */
    public @Nullable DeviceLink unused(long now) {
        return request == null && now < openUntil ? open : null;
    }

    /** A device used a link; says whether it is the first that saw the one that is open. */
    public boolean arrived(LinkRequest arrived, long now) {
        DeviceLink link = unused(now);
        if (link == null) {
            return false;
        }
        try {
            arrived.verify(primitives, link);
        } catch (IdentityException e) {
            return false;
        }
        request = arrived;
        return true;
    }

    /** Who waits for the person's answer, or null. */
    public @Nullable LinkRequest request() {
        return request;
    }

    /** Takes who waits, or null, and ends the link. */
    public @Nullable LinkRequest close() {
        LinkRequest taken = request;
        open = null;
        request = null;
        return taken;
    }

    /** The own chain with the new device in it, to be believed once the office has appended {@code statement}. */
    public record Extended(SignedStatement statement, VerifiedChain chain) {}

    /**
     * Signs {@code confirmed} into the chain.
     *
     * @param device which stands in {@code own}
     * @throws IdentityException it does not extend the chain: the device is or was in it already, the clock is behind the chain's,
     *     or there is no room for another device
     */
    public static Extended extend(
            Primitives primitives,
            RandomBytes random,
            OfficeKeys offices,
            LinkRequest confirmed,
            VerifiedChain own,
            HybridKeyPair device,
            long now)
            throws IdentityException {
        if (!own.wire().hasRoomForDevice(own.devices().size())) {
            throw new IdentityException(IdentityException.Reason.NO_ROOM);
        }
        List<SignedStatement> statements = new ArrayList<>(own.wire().statements());
        SignedStatement statement = confirmed.toStatement(primitives, random, own, device, now);
        statements.add(statement);
        VerifiedChain grown = new UnverifiedChain(own.wire().genesis(), statements).verify(primitives, offices);
        return new Extended(statement, grown);
    }
}
