package org.whodis.relay;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.whodis.media.RandomBytes;

/** The members who hear each other. */
final class Room {
    private final String name;
    private final String cname;
    private final int relaySsrc;
    private final List<Member> members = new ArrayList<>();
    /** All SSRCs ever given: one that came back would let indices repeat under a key of somebody who stayed. */
    private final Set<Integer> usedSsrcs = new HashSet<>();

    Room(String name, String cname, RandomBytes random) {
        this.name = name;
        this.cname = cname;
        this.relaySsrc = freshSsrc(random);
    }

    /** An SSRC that nobody in this room has or had: the one insisted on, or a random one. Empty if it is taken. */
    OptionalInt assignSsrc(OptionalInt insistedOn, RandomBytes random) {
        if (insistedOn.isEmpty()) {
            return OptionalInt.of(freshSsrc(random));
        }
        return usedSsrcs.add(insistedOn.getAsInt()) ? insistedOn : OptionalInt.empty();
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
        return usedSsrcs.size() - 1;
    }
}
