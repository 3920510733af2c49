package org.whodis.relay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.whodis.media.RandomBytes;
import org.whodis.media.srtp.SrtpKeys;

/** The members who hear each other, and the trunks to the rooms of the same call at other offices. */
final class Room {
    /** Openings of trunks over the life of a room: what keys they had is remembered. */
    static final int MAX_OPENINGS = 256;

    private final String name;
    private final String cname;
    private final int relaySsrc;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, TrunkLeg> trunks = new LinkedHashMap<>();
    /** Under which SSRC our members receive what comes on a slot of a trunk, whatever opening of it. */
    private final Map<String, int[]> trunkSsrcs = new HashMap<>();

    private final Set<SrtpKeys.Digest> usedKeys = new HashSet<>();
    /** All SSRCs ever given: one that came back would let indices repeat under a key of somebody who stayed. */
    private final Set<Integer> usedSsrcs = new HashSet<>();

    private int joins;

    Room(String name, String cname, RandomBytes random) {
        this.name = name;
        this.cname = cname;
        this.relaySsrc = freshSsrc(random);
    }

    /** An SSRC that nobody in this room has or had: the one insisted on, or a random one. Empty if it is taken. */
    OptionalInt assignSsrc(OptionalInt insistedOn, RandomBytes random) {
        if (insistedOn.isPresent() && !usedSsrcs.add(insistedOn.getAsInt())) {
            return OptionalInt.empty();
        }
        joins++;
        return insistedOn.isPresent() ? insistedOn : OptionalInt.of(freshSsrc(random));
    }

    private int freshSsrc(RandomBytes random) {
        while (true) {
            int ssrc = java.nio.ByteBuffer.wrap(random.next(4)).getInt();
            // Zero stands for "no stream" in our report blocks.
            if (ssrc != 0 && usedSsrcs.add(ssrc)) {
                return ssrc;
            }
        }
    }

    String name() {
        return name;
    }

    /** Under which the relay itself reports to the members. */
    int relaySsrc() {
        return relaySsrc;
    }

    String cname() {
        return cname;
    }

    List<Member> members() {
        return members;
    }

    int joins() {
        return joins;
    }

    Map<String, TrunkLeg> trunks() {
        return trunks;
    }

    boolean isEmpty() {
        return members.isEmpty() && trunks.isEmpty();
    }

    /**
     * The SSRC that our members know the stream by which comes on {@code slot} of the trunk to {@code office}. It stays the
     * same when the trunk is opened again, so that no flapping of trunks uses up what a device can receive.
     */
    int trunkSsrc(String office, int slot, RandomBytes random) {
        int[] ssrcs = trunkSsrcs.computeIfAbsent(office, _ -> new int[TrunkRange.STREAMS]);
        if (ssrcs[slot] == 0) {
            ssrcs[slot] = freshSsrc(random);
        }
        return ssrcs[slot];
    }

    /** Whether the trunk to {@code office} fits into what the members' keys can carry over the life of the room. */
    boolean admitsTrunk(String office, int limit) {
        boolean admitted = trunkSsrcs.containsKey(office) || trunkSsrcs.size() < limit;
        if (admitted) {
            trunkSsrcs.computeIfAbsent(office, _ -> new int[TrunkRange.STREAMS]);
        }
        return admitted;
    }

    /** Whether both keys are new to this room; from now on they are not. */
    boolean useKeys(SrtpKeys one, SrtpKeys other) {
        SrtpKeys.Digest first = one.digest();
        SrtpKeys.Digest second = other.digest();
        if (first.equals(second)
                || usedKeys.contains(first)
                || usedKeys.contains(second)
                || usedKeys.size() >= 2 * MAX_OPENINGS) {
            return false;
        }
        usedKeys.add(first);
        usedKeys.add(second);
        return true;
    }
}
