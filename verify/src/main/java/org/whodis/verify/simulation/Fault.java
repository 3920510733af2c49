package org.whodis.verify.simulation;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** What may go wrong in a world. Each has a stream of chance of its own, so that leaving one out changes no other. */
enum Fault {
    /** Datagrams are lost. */
    LOSS,
    /** Datagrams and messages are slow, each by a different time. */
    DELAY,
    DUPLICATION,
    /** Datagrams overtake each other. Messages of one connection never do. */
    REORDERING,
    /** A phone and its office cannot reach each other for a while, and neither is told. */
    PARTITION,
    /** A connection ends; what was under way in it is gone. */
    CUT,
    /** An office dies, also in the middle of a transaction, and comes back with what it had synced. */
    OFFICE_CRASH,
    /** A phone dies and comes back with what it had written. */
    PHONE_CRASH,
    /** The clock of an office or a phone is wrong by up to a day for a while. */
    CLOCK_JUMP,
    /** A phone is gone without a word for the rest of the disturbance. */
    VANISH,
    /** Somebody enrolled replays, forges and says everything at any time. */
    HOSTILE_PEER,
    /** Somebody whom the office does not know knocks. */
    STRANGER,
    /** The relay drops, repeats, alters, reflects, redirects and injects frames. */
    HOSTILE_RELAY,
    /** The office (of two, the second) withholds, repeats, reorders, redirects and alters what it delivers, and lies about what it did. */
    HOSTILE_OFFICE,
    /** An office of strangers lies about who it is, replays, forges, floods and falls silent. Where there are two others. */
    ROGUE_OFFICE;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Fault of(String word) {
        for (Fault fault : values()) {
            if (fault.word().equals(word)) {
                return fault;
            }
        }
        throw new IllegalArgumentException("there is no fault '" + word + "'");
    }

    /** One world in eight has none; in the others each is there or not, the ruinous ones less often. */
    static Set<Fault> plan(Random random) {
        EnumSet<Fault> plan = EnumSet.noneOf(Fault.class);
        boolean calm = random.nextInt(8) == 0;
        for (Fault fault : values()) {
            int chance = switch (fault) {
                case LOSS, DELAY, DUPLICATION, REORDERING, CUT, HOSTILE_PEER -> 50;
                case PARTITION, OFFICE_CRASH, PHONE_CRASH, STRANGER -> 35;
                case CLOCK_JUMP, VANISH, HOSTILE_RELAY -> 20;
                case HOSTILE_OFFICE -> 15;
                case ROGUE_OFFICE -> 40;
            };
            if (random.nextInt(100) < chance && !calm) {
                plan.add(fault);
            }
        }
        return plan;
    }
}
