package org.whodis.relay;

/**
 * How much a relay takes on.
 *
 * @param maxRooms at one time
 * @param maxMembers in all rooms together
 * @param maxMembersPerRoom each packet in costs one encryption and one datagram for each other member
 * @param maxJoinsPerRoom over the life of a room: an SSRC is never given twice in one room, so they are remembered
 * @param maxHandshakes under way at one time; each has a thread of its own
 * @param arrivalNanos within which a member must have finished DTLS
 * @param idleNanos without an authentic packet after which a member is removed
 */
public record RelayLimits(
        int maxRooms,
        int maxMembers,
        int maxMembersPerRoom,
        int maxJoinsPerRoom,
        int maxHandshakes,
        long arrivalNanos,
        long idleNanos) {
    private static final long SECONDS = 1_000_000_000L;

    /** A node of one office: 30 s is the consent that RFC 7675 grants; a person may take 45 s to answer (offer's life). */
    public static final RelayLimits DEFAULT = new RelayLimits(4096, 8192, 32, 1024, 256, 90 * SECONDS, 30 * SECONDS);

    public RelayLimits {
        if (maxRooms < 1
                || maxMembers < 1
                || maxMembersPerRoom < 1
                || maxJoinsPerRoom < maxMembersPerRoom
                || maxHandshakes < 1
                || arrivalNanos <= 0
                || idleNanos <= 0) {
            throw new IllegalArgumentException("limits that admit nobody");
        }
    }
}
