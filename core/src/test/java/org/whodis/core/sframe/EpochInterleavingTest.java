package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * The rules for new epochs in every order of events that matters. Two Commits change a call; each member applies each of
 * them at any of the moments that lie around the bounds of the rules, or never; frames take different times. For every
 * choice, a frame is sealed by each member ten times a second, and for every frame and every receiver an oracle, which knows
 * when everybody applied what and nothing of how it is done, says whether it is to be played, and when; and who is to be
 * alarmed.
 */
class EpochInterleavingTest {
    private static final Bytes CALL = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final long MS = 1_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private static final int SWITCH = 500;
    private static final int KEPT = 1_000;
    private static final int HELD = 200;
    private static final int ALARM = 2_000;

    /** Between frames, in ms; the counters of frames then tell when they were sealed. */
    private static final int CADENCE = 100;

    private static final int TICK = 10;
    private static final int END = 4_000;

    private static final Primitives PRIMITIVES = new JdkPrimitives();

    enum Person {
        ANNA,
        BERT,
        CARL,
        DORA
    }

    /** An epoch: who has which leaf, and whether somebody of the one before is gone. */
    record Roster(Map<Integer, Person> leaves, Set<Integer> removed) {
        boolean isWithout(Roster before) {
            return !removed.isEmpty() || !leaves.keySet().containsAll(before.leaves.keySet());
        }

        int leafOf(Person person) {
            return leaves.entrySet().stream()
                    .filter(entry -> entry.getValue() == person)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(-1);
        }

        TestEpoch keys(int epoch) {
            return TestEpoch.of(epoch, leaves.keySet().toArray(new Integer[0]))
                    .removing(removed.toArray(new Integer[0]));
        }
    }

    private static Roster of(Person... members) {
        Map<Integer, Person> leaves = new HashMap<>();
        for (int leaf = 0; leaf < members.length; leaf++) {
            leaves.put(leaf, members[leaf]);
        }
        return new Roster(leaves, Set.of());
    }

    private static final Roster TWO = of(Person.ANNA, Person.BERT);
    private static final Roster THREE = of(Person.ANNA, Person.BERT, Person.CARL);
    private static final Roster FOUR = of(Person.ANNA, Person.BERT, Person.CARL, Person.DORA);
    private static final Roster CARL_IS_DORA =
            new Roster(Map.of(0, Person.ANNA, 1, Person.BERT, 2, Person.DORA), Set.of(2));

    /** The epochs of a call, from the first on. */
    record Story(String name, List<Roster> epochs) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Story> stories() {
        return Stream.of(
                new Story("new keys", List.of(THREE, THREE)),
                new Story("somebody is added", List.of(TWO, THREE)),
                new Story("somebody is removed", List.of(THREE, TWO)),
                new Story("somebody takes over the leaf of somebody removed", List.of(THREE, CARL_IS_DORA)),
                new Story("two are added one after the other", List.of(TWO, THREE, FOUR)),
                new Story("somebody is added and somebody removed", List.of(TWO, THREE, TWO)),
                new Story("somebody is removed and somebody added to the leaf", List.of(THREE, TWO, CARL_IS_DORA)));
    }

    /** When a member applies the Commits of a story, in ms. */
    private static final List<Integer> MOMENTS = List.of(300, 490, 500, 510, 1_200, 2_290, 2_310);

    private static final List<Integer> FEW_MOMENTS = List.of(300, 480, 700, 1_500);

    @ParameterizedTest
    @MethodSource("stories")
    void whateverTheOrderEachFrameIsPlayedExactlyWhenTheRulesSaySo(Story story) {
        List<List<Long>> times = timesToApply(story.epochs().size() - 1);
        int runs = 0;
        int played = 0;
        int alarms = 0;
        for (int delay : new int[] {0, 150}) {
            for (List<Long> ofAnna : times.subList(0, story.epochs().size() > 2 ? 4 : 3)) {
                for (List<Long> ofBert : times) {
                    for (List<Long> ofCarl : times) {
                        Run run = new Run(
                                story,
                                delay,
                                Map.of(
                                        Person.ANNA,
                                        ofAnna,
                                        Person.BERT,
                                        ofBert,
                                        Person.CARL,
                                        ofCarl,
                                        Person.DORA,
                                        ofAnna));
                        run.go();
                        runs++;
                        played += run.played;
                        alarms += run.alarmed.size();
                    }
                }
            }
        }
        System.out.println(
                story + ": " + runs + " orders of events, " + played + " frames played, " + alarms + " alarms");
        assertThat(played).isGreaterThan(runs * 50);
        assertThat(alarms).isPositive();
    }

    /** Every choice of moments for so many Commits, in their order; a Commit that never comes is followed by none. */
    private static List<List<Long>> timesToApply(int commits) {
        List<Integer> moments = commits == 1 ? MOMENTS : FEW_MOMENTS;
        List<List<Long>> out = new ArrayList<>();
        for (long first : moments.stream().mapToLong(each -> each).toArray()) {
            if (commits == 1) {
                out.add(List.of(0L, first));
                continue;
            }
            for (long second : moments.stream().mapToLong(each -> each).toArray()) {
                if (second >= first) {
                    out.add(List.of(0L, first, second));
                }
            }
            out.add(List.of(0L, first, NEVER));
        }
        out.add(commits == 1 ? List.of(0L, NEVER) : List.of(0L, NEVER, NEVER));
        return out;
    }

    private record Sent(Person by, int epoch, int leaf, long at, Bytes frame, String name) {}

    private static final class Run {
        private final Story story;
        private final int delay;
        private final Map<Person, List<Long>> applied;
        private final Map<Person, MediaEpochs> media = new HashMap<>();
        private final Map<Person, Deque<Sent>> underway = new HashMap<>();
        private final Map<Person, Map<String, Long>> heard = new HashMap<>();
        private final Map<Person, Long> alarmed = new HashMap<>();
        private final List<Sent> sent = new ArrayList<>();
        private int played;

        Run(Story story, int delay, Map<Person, List<Long>> applied) {
            this.story = story;
            this.delay = delay;
            this.applied = applied;
        }

        void go() {
            for (long now = 0; now < END; now += TICK) {
                for (Person person : Person.values()) {
                    apply(person, now);
                }
                for (Person person : Person.values()) {
                    if (now % CADENCE == 0) {
                        send(person, now);
                    }
                }
                for (Person person : Person.values()) {
                    receive(person, now);
                }
            }
            for (Person person : media.keySet()) {
                judge(person);
            }
        }

        /** Somebody who is no member (yet) of an epoch does not learn of it. */
        private void apply(Person person, long now) {
            for (int epoch = 0; epoch < story.epochs().size(); epoch++) {
                Roster roster = story.epochs().get(epoch);
                if (applied.get(person).get(epoch) == now && roster.leafOf(person) >= 0) {
                    media.computeIfAbsent(person, key -> new MediaEpochs(PRIMITIVES, CALL, roster.leafOf(person)))
                            .begin(roster.keys(epoch), now * MS);
                    take(person, media.get(person).poll(now * MS), now);
                }
            }
        }

        private void send(Person person, long now) {
            MediaEpochs mine = media.get(person);
            if (mine == null) {
                return;
            }
            int epoch = sealingEpoch(person, now);
            String name = person + " at " + now;
            SealResult result = mine.seal(Bytes.utf8(name), now * MS);
            boolean isAlarmed = alarmed.getOrDefault(person, NEVER) <= now && alarmHolds(person, now);
            if (!(result instanceof SealResult.Sealed(Bytes frame, long _))) {
                require(isAlarmed, () -> name + " is not sealed");
                return;
            }
            require(!isAlarmed, () -> name + " is sealed");
            int leaf = story.epochs().get(epoch).leafOf(person);
            require(epochOf(frame) == epoch, () -> name + " is sealed under " + epochOf(frame) + " and not " + epoch);
            Sent one = new Sent(person, epoch, leaf, now, frame, name);
            sent.add(one);
            for (Person other : Person.values()) {
                if (other != person) {
                    underway.computeIfAbsent(other, key -> new ArrayDeque<>()).add(one);
                }
            }
        }

        private void receive(Person person, long now) {
            MediaEpochs mine = media.get(person);
            Deque<Sent> queue = underway.getOrDefault(person, new ArrayDeque<>());
            while (!queue.isEmpty() && queue.getFirst().at() + delay <= now) {
                Sent next = queue.remove();
                if (mine != null && mine.open(next.frame(), now * MS) instanceof Opened opened) {
                    take(person, List.of(opened), now);
                }
            }
            if (mine != null) {
                take(person, mine.poll(now * MS), now);
            }
        }

        private void take(Person person, List<? extends OpenerEvent> events, long now) {
            for (OpenerEvent event : events) {
                switch (event) {
                    case Opened opened -> {
                        String name = new String(opened.payload().toArray(), java.nio.charset.StandardCharsets.UTF_8);
                        Long twice = heard.computeIfAbsent(person, key -> new HashMap<>())
                                .put(name, now);
                        require(twice == null, () -> person + " hears twice " + name);
                        played++;
                    }
                    case Rejected _ -> {}
                    case OpenerEvent.CommitMissing _ ->
                        require(alarmed.put(person, now) == null, () -> person + " is alarmed twice");
                    // An alarm that nobody forged holds until the Commit comes.
                    case OpenerEvent.CommitNotMissing _ -> require(false, () -> person + " is not alarmed any more");
                }
            }
        }

        // -------------------------------------------------------------------------------------------- the oracle

        private void judge(Person receiver) {
            Map<String, Long> heardBy = heard.getOrDefault(receiver, Map.of());
            for (Sent each : sent) {
                if (each.by() != receiver && each.at() + delay < END - HELD - TICK) {
                    Long expected = playedAt(receiver, each);
                    Long at = heardBy.get(each.name());
                    require(
                            Objects.equals(at, expected),
                            () -> receiver + " hears " + each.name() + " of epoch " + each.epoch() + " at " + at
                                    + " and not at " + expected);
                }
            }
            Long expected = alarmAt(receiver);
            Long at = alarmed.get(receiver);
            require(Objects.equals(at, expected), () -> receiver + " is alarmed at " + at + " and not at " + expected);
        }

        private void require(boolean holds, Supplier<String> otherwise) {
            if (!holds) {
                throw new AssertionError(this + ": " + otherwise.get());
            }
        }

        /** At once on the first epoch and when somebody is gone, else half a second later; what comes later overtakes. */
        private int sealingEpoch(Person person, long now) {
            int sealing = first(person);
            for (int epoch = sealing + 1; epoch < story.epochs().size(); epoch++) {
                long at = applied.get(person).get(epoch);
                boolean atOnce =
                        story.epochs().get(epoch).isWithout(story.epochs().get(epoch - 1));
                if (at != NEVER && story.epochs().get(epoch).leafOf(person) >= 0 && now >= at + (atOnce ? 0 : SWITCH)) {
                    sealing = epoch;
                }
            }
            return sealing;
        }

        private int first(Person person) {
            int epoch = 0;
            while (story.epochs().get(epoch).leafOf(person) < 0) {
                epoch++;
            }
            return epoch;
        }

        /** The epoch that the member is in; -1 before its first. Whoever was removed stays where they were. */
        private int epochAt(Person person, long now) {
            int present = -1;
            for (int epoch = 0; epoch < story.epochs().size(); epoch++) {
                if (applied.get(person).get(epoch) <= now
                        && story.epochs().get(epoch).leafOf(person) >= 0) {
                    present = epoch;
                }
            }
            return present;
        }

        private Long playedAt(Person receiver, Sent frame) {
            long arrives = frame.at() + delay;
            int present = epochAt(receiver, arrives);
            if (frame.leaf()
                    == story.epochs().get(Math.max(present, first(receiver))).leafOf(receiver)) {
                return null;
            }
            if (present == frame.epoch()) {
                return arrives;
            }
            if (present > frame.epoch()) {
                int next = frame.epoch() + 1;
                boolean wasIn = frame.epoch() >= first(receiver);
                if (!wasIn || arrives >= applied.get(receiver).get(next) + KEPT) {
                    return null;
                }
                for (int epoch = next; epoch <= present; epoch++) {
                    if (story.epochs().get(epoch).leaves().get(frame.leaf()) != frame.by()) {
                        return null;
                    }
                }
                return arrives;
            }
            Roster roster = story.epochs().get(frame.epoch());
            long comes = roster.leafOf(receiver) >= 0 ? applied.get(receiver).get(frame.epoch()) : NEVER;
            return comes != NEVER && comes < arrives + HELD && madeBefore(receiver, arrives) ? comes : null;
        }

        /** A device that has no keys at all yet is not there to hold anything. */
        private boolean madeBefore(Person receiver, long arrives) {
            return applied.get(receiver).get(first(receiver)) <= arrives;
        }

        /** Two seconds of frames of a member of the present epoch under a newer one, and nothing else of that member. */
        private Long alarmAt(Person receiver) {
            Map<Integer, Long> since = new HashMap<>();
            int before = -1;
            for (long now = 0; now < END; now += TICK) {
                int present = epochAt(receiver, now);
                if (present != before) {
                    since.clear();
                    before = present;
                }
                for (Sent each : sent) {
                    if (each.at() + delay != now || each.by() == receiver || present < 0) {
                        continue;
                    }
                    boolean isMember = story.epochs().get(present).leaves().containsKey(each.leaf())
                            && each.leaf() != story.epochs().get(present).leafOf(receiver);
                    if (each.epoch() > present && isMember) {
                        long first = since.computeIfAbsent(each.leaf(), key -> each.at() + delay);
                        if (now - first >= ALARM) {
                            return now;
                        }
                    } else if (playedAt(receiver, each) != null) {
                        since.remove(each.leaf());
                    }
                }
            }
            return null;
        }

        private boolean alarmHolds(Person person, long now) {
            return epochAt(person, now) == epochAt(person, alarmed.get(person));
        }

        private static int epochOf(Bytes frame) {
            try {
                long kid = SFrameHeader.read(new org.whodis.core.wire.WireReader(frame))
                        .kid();
                return (int) MlsKeyId.decode(kid, MediaFrame.INDEX_BITS, MediaFrame.EPOCH_BITS)
                        .epoch();
            } catch (org.whodis.core.wire.DecodeException malformed) {
                throw new AssertionError(malformed);
            }
        }

        @Override
        public String toString() {
            return story + ", frames take " + delay + " ms, Commits at " + new java.util.TreeMap<>(applied);
        }
    }
}
