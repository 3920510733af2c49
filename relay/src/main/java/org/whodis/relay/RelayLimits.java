package org.whodis.relay;

import org.whodis.media.srtp.SrtpSender;

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
 * @param maxTrunks legs to other offices' relays at one time
 * @param maxTrunksPerRoom offices in one call beside our own; each costs a member's keys {@link TrunkRange#STREAMS} streams
 * @param packetsPerSecond that a member may send for long; what is more is not forwarded
 * @param packetBurst that a member may send at once
 */
public record RelayLimits(
        int maxRooms,
        int maxMembers,
        int maxMembersPerRoom,
        int maxJoinsPerRoom,
        int maxHandshakes,
        long arrivalNanos,
        long idleNanos,
        int maxTrunks,
        int maxTrunksPerRoom,
        int packetsPerSecond,
        int packetBurst) {
    private static final long SECONDS = 1_000_000_000L;

    /**
     * A node of one office: 30 s is the consent that RFC 7675 grants; a person may take 45 s to answer (offer's life). A
     * device sends 51 packets a second; a path that stalled may let three seconds of them go at once.
     */
    public static final RelayLimits DEFAULT =
            new RelayLimits(4096, 8192, 32, 1024, 256, 90 * SECONDS, 30 * SECONDS, 4096, 8, 75, 150);

    /** Without trunks. */
    public static RelayLimits local(
            int maxRooms,
            int maxMembers,
            int maxMembersPerRoom,
            int maxJoinsPerRoom,
            int maxHandshakes,
            long arrivalNanos,
            long idleNanos) {
        return new RelayLimits(
                maxRooms,
                maxMembers,
                maxMembersPerRoom,
                maxJoinsPerRoom,
                maxHandshakes,
                arrivalNanos,
                idleNanos,
                0,
                0,
                DEFAULT.packetsPerSecond(),
                DEFAULT.packetBurst());
    }

    public RelayLimits {
        if (maxRooms < 1
                || maxMembers < 1
                || maxMembersPerRoom < 1
                || maxJoinsPerRoom < maxMembersPerRoom
                || maxHandshakes < 1
                || arrivalNanos <= 0
                || idleNanos <= 0
                || maxTrunks < 0
                || maxTrunksPerRoom < 0
                || maxJoinsPerRoom + maxTrunksPerRoom * TrunkRange.STREAMS > SrtpSender.MAX_STREAMS
                || packetsPerSecond < 1
                || packetBurst < 1) {
            throw new IllegalArgumentException("limits that admit nobody, or more than a key can carry");
        }
    }
}
