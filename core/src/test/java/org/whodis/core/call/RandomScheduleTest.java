package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;

/**
 * People who call, answer, decline and hang up at random on five devices, over a network that reorders, doubles, delays and
 * loses: at every step the {@link World} checks each device and {@link #agree} checks them against each other; at the end
 * every call is over everywhere or connects exactly two devices under one key.
 *
 * <p>{@code -Dwhodis.schedules=N} runs more of them; {@code -Dwhodis.seed=S} runs one.
 */
class RandomScheduleTest {
    private static final int SCHEDULES = Integer.getInteger("whodis.schedules", 1_000);
    private static final int STEPS = 60;
    private static final Cast CAST = new Cast(TestPrimitives.WITHOUT_FORGERS);

    private int connected;
    private int ended;

    @Test
    void whateverTheOrderTheDevicesAgreeInTheEnd() {
        Long only = Long.getLong("whodis.seed");
        if (only != null) {
            new Schedule(only).run();
            return;
        }
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            try {
                new Schedule(seed).run();
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("-Dwhodis.seed=" + seed, failed);
            }
        }
        System.out.println(
                SCHEDULES + " schedules: " + connected + " calls connected, " + ended + " ended unconnected");
        // Schedules in which nothing ever happens would pass as well.
        assertThat(connected).isGreaterThan(SCHEDULES / 4);
        assertThat(ended).isGreaterThan(SCHEDULES / 4);
    }

    private final class Schedule {
        private final Random random;
        private final World world;
        private final List<Node> nodes = new ArrayList<>();
        private final boolean lossy;

        Schedule(long seed) {
            random = new Random(seed);
            world = new World(CAST.people(), TestPrimitives.WITHOUT_FORGERS, seed);
            lossy = random.nextInt(3) > 0;
            nodes.add(world.node(CAST.anna, 0));
            nodes.add(world.node(CAST.anna, 1));
            nodes.add(world.node(CAST.bert, 0));
            nodes.add(world.node(CAST.bert, 1));
            nodes.add(world.node(CAST.carl, 0));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step(nodes.get(random.nextInt(nodes.size())));
                agree(world);
            }
            heal();
            count();
        }

        private void step(Node node) {
            switch (random.nextInt(20)) {
                case 0 -> dial(node);
                case 1, 2, 3 ->
                    node.sounding.stream().findFirst().ifPresent(call -> node.give(new CallInput.UserAnswer(call)));
                case 4 -> touchAny(node);
                case 5 -> flipSession(node);
                case 6 -> world.pass(random.nextInt(random.nextInt(8) == 0 ? 30_000 : 500));
                case 7, 8, 9, 10, 11 -> {
                    for (Node each : nodes) {
                        while (!each.toOffice.isEmpty()) {
                            shuffleOne(each.toOffice);
                            each.submitNext();
                        }
                    }
                }
                default -> deliver(node);
            }
        }

        private void dial(Node node) {
            Node to = nodes.get(random.nextInt(nodes.size()));
            node.give(new CallInput.UserDial(to.chain));
        }

        private void touchAny(Node node) {
            List<CallId> calls = new ArrayList<>(node.views.keySet());
            if (calls.isEmpty()) {
                return;
            }
            CallId call = calls.get(random.nextInt(calls.size()));
            node.give(
                    switch (random.nextInt(5)) {
                        case 0 -> new CallInput.UserDecline(call);
                        case 1 -> new CallInput.UserHangUp(call);
                        case 2 -> new CallInput.UserAnswer(call);
                        case 3 -> new CallInput.UserSaysWordsMatch(call, true);
                        default -> new CallInput.MediaLost(call);
                    });
        }

        private void flipSession(Node node) {
            if (node.online) {
                node.sessionDown();
            } else {
                node.sessionUp();
            }
        }

        private void deliver(Node node) {
            if (node.inbox.isEmpty() || !node.online) {
                return;
            }
            if (lossy && random.nextInt(4) == 0) {
                shuffleOne(node.inbox);
            }
            Delivery next = node.inbox.getFirst();
            if (lossy && random.nextInt(12) == 0) {
                node.inbox.remove();
                return;
            }
            node.deliverNext();
            if (random.nextInt(6) == 0) {
                node.inbox.add(next);
            }
        }

        private <T> void shuffleOne(Deque<T> queue) {
            if (!lossy || queue.size() < 2) {
                return;
            }
            List<T> all = new ArrayList<>(queue);
            T moved = all.remove(random.nextInt(all.size()));
            queue.clear();
            queue.addAll(all);
            queue.addFirst(moved);
        }

        /** The network is whole again and time passes: calls that lost their other side notice by the silence. */
        private void heal() {
            for (Node node : nodes) {
                if (!node.online) {
                    node.sessionUp();
                }
            }
            for (int round = 0; round < 6; round++) {
                world.settle();
                world.pass(50_000);
                for (Node node : nodes) {
                    for (CallView view : List.copyOf(node.views.values())) {
                        if (view.state() == State.CONNECTED && other(node, view) == null) {
                            node.give(new CallInput.MediaLost(view.callId()));
                        }
                    }
                }
                agree(world);
            }
        }

        private void count() {
            for (Node node : nodes) {
                assertThat(node.sounding).isEmpty();
                for (CallView view : node.views.values()) {
                    assertThat(view.state()).isIn(State.CONNECTED, State.ENDED);
                    if (view.state() == State.CONNECTED) {
                        assertThat(other(node, view)).isNotNull();
                    } else {
                        assertThat(node.epochs).doesNotContainKey(view.callId());
                    }
                    if (view.outgoing()) {
                        if (node.baseKeys.containsKey(view.callId())) {
                            connected++;
                        } else {
                            ended++;
                        }
                    }
                }
                int live = (int) node.views.values().stream()
                        .filter(view -> view.state() == State.CONNECTED)
                        .count();
                assertThat(node.inMedia).hasSize(live);
                assertThat(live).isLessThanOrEqualTo(1);
            }
        }

        private @Nullable Node other(Node node, CallView view) {
            for (Node each : nodes) {
                CallView theirs = each.views.get(view.callId());
                if (each != node && theirs != null && theirs.state() == State.CONNECTED) {
                    return each;
                }
            }
            return null;
        }
    }

    /** Whoever has keys of a call has the same ones, shows the same words, and means the other by the other. */
    static void agree(World world) {
        for (Node node : world.nodes.values()) {
            for (CallId call : node.epochs.keySet()) {
                int holders = 0;
                for (Node other : world.nodes.values()) {
                    if (other == node || !other.epochs.containsKey(call)) {
                        continue;
                    }
                    holders++;
                    assertThat(other.baseKeys.get(call)).isEqualTo(node.baseKeys.get(call));
                    assertThat(other.views.get(call).words())
                            .isEqualTo(node.views.get(call).words());
                    assertThat(other.views.get(call).peer().device().id()).isEqualTo(node.id);
                    assertThat(other.epochs.get(call).ownLeaf())
                            .isNotEqualTo(node.epochs.get(call).ownLeaf());
                }
                assertThat(holders).isLessThanOrEqualTo(1);
            }
        }
    }
}
