package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.StateSpace.CallPrint;
import org.whodis.core.call.StateSpace.Dial;
import org.whodis.core.call.StateSpace.Kind;
import org.whodis.core.call.StateSpace.Plan;
import org.whodis.core.call.StateSpace.Print;
import org.whodis.core.call.StateSpace.Step;
import org.whodis.core.call.StateSpace.Who;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;

/**
 * What must hold of calls holds in every state that can be reached at all ({@link StateSpace}), not in a sample: breadth
 * first over deduplicated states until nothing new is found. Anna calls Bert, who has two devices; both call at once; a third
 * person calls as well; Anna calls twice; the caller or the callee is hostile. In each of these worlds the attacker is the
 * network and the office, and has the keys of every device that does not run.
 */
class EveryReachableStateTest {
    /** Each takes as long as finding a state; more were compared once. */
    private static final int MERGES_COMPARED = 40;

    private static final Dial A_CALLS_B = new Dial(Who.A1, Who.B1);
    private static final Dial B_CALLS_A = new Dial(Who.B1, Who.A1);
    private static final Dial CARL_CALLS_B = new Dial(Who.CARL, Who.B1);

    /**
     * A world, and the least that has to be found in it: should a change make much of it unreachable, or the exploration
     * stop early, this says so.
     */
    private record Explored(Plan plan, int states, int transitions, int messagesDeep) {}

    /** The least that takes the shortest way to the farthest state. */
    private static final int MESSAGES_DEEP = 6;

    /**
     * One call between two devices is over after five: Offer, Answer, Welcome, that it is connected, and that it is over. That it
     * rings there leaves no trace once it is answered, so no shortest way goes by it.
     */
    private static final int MESSAGES_DEEP_BETWEEN_TWO = 5;

    private static final List<Explored> WORLDS = List.of(
            one("one call to two devices", List.of(Who.A1, Who.B1, Who.B2), Set.of(), 22_000, 280_000),
            one("a hostile caller", List.of(Who.A1, Who.B1, Who.B2), Set.of(Who.A1), 33_000, 440_000),
            one("a hostile callee", List.of(Who.A1, Who.B1, Who.B2), Set.of(Who.B1), 31_000, 410_000),
            two("both call at once", List.of(Who.A1, Who.B1), B_CALLS_A, 20_000, 62_000),
            two("a second caller", List.of(Who.A1, Who.B1, Who.CARL), CARL_CALLS_B, 23_000, 90_000),
            two("called twice", List.of(Who.A1, Who.B1), A_CALLS_B, 19_000, 59_000),
            new Explored(
                    new Plan(
                            "clocks that jump",
                            List.of(Who.A1, Who.B1, Who.B2),
                            List.of(A_CALLS_B),
                            Set.of(),
                            true,
                            true,
                            false),
                    190_000,
                    2_600_000,
                    MESSAGES_DEEP),
            new Explored(
                    new Plan(
                            "sessions that drop",
                            List.of(Who.A1, Who.B1, Who.B2),
                            List.of(A_CALLS_B),
                            Set.of(),
                            false,
                            false,
                            true),
                    250_000,
                    1_150_000,
                    MESSAGES_DEEP),
            new Explored(
                    new Plan(
                            "sessions that drop while the office refuses",
                            List.of(Who.A1, Who.B1),
                            List.of(A_CALLS_B),
                            Set.of(),
                            true,
                            false,
                            true),
                    16_000,
                    165_000,
                    MESSAGES_DEEP_BETWEEN_TWO));

    private static Explored one(String name, List<Who> engines, Set<Who> hostile, int states, int transitions) {
        Plan plan = new Plan(name, engines, List.of(A_CALLS_B), hostile, true, false, false);
        return new Explored(plan, states, transitions, MESSAGES_DEEP);
    }

    private static Explored two(String name, List<Who> engines, Dial second, int states, int transitions) {
        Plan plan = new Plan(name, engines, List.of(A_CALLS_B, second), Set.of(), false, false, false);
        return new Explored(plan, states, transitions, MESSAGES_DEEP);
    }

    @Test
    void whatMustHoldHoldsInEveryReachableState() {
        Set<String> accepted = new TreeSet<>();
        Set<String> states = new TreeSet<>();
        Set<EndReason> ends = EnumSet.noneOf(EndReason.class);
        Set<Rejection> refused = EnumSet.noneOf(Rejection.class);
        for (Explored explored : WORLDS) {
            StateSpace space = explore(explored.plan());
            System.out.println(space);
            accepted.addAll(space.accepted());
            refused.addAll(space.rejections());
            for (CallPrint call : space.callPrints()) {
                states.add(call.state());
                if (call.ended() != null) {
                    ends.add(call.ended());
                }
            }
            assertThat(space.states()).isGreaterThanOrEqualTo(explored.states());
            assertThat(space.transitions()).isGreaterThanOrEqualTo(explored.transitions());
            assertThat(space.messagesDeep()).isGreaterThanOrEqualTo(explored.messagesDeep());
        }
        System.out.println("refused for: " + refused);
        nothingIsUnvisited(accepted, states, ends);
    }

    private static StateSpace explore(Plan plan) {
        StateSpace space = new StateSpace(plan);
        space.explore(EveryReachableStateTest::check);
        space.checkThatMergedHistoriesBehaveAlike(MERGES_COMPARED);
        everyStateEnds(space);
        return space;
    }

    /** One world, for those who plant bugs in it. */
    static void exploreWorld(String name) {
        for (Explored explored : WORLDS) {
            if (explored.plan().name().equals(name)) {
                explore(explored.plan());
                return;
            }
        }
        throw new IllegalArgumentException("no world is called " + name);
    }

    /** Every state, every message and every end was there. */
    private static void nothingIsUnvisited(Set<String> accepted, Set<String> states, Set<EndReason> ends) {
        assertThat(states)
                .containsExactlyInAnyOrderElementsOf(Stream.of(CallState.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
        // Nobody is taken out of a chain in these worlds: RevokedDeviceTest does that in every state.
        assertThat(ends)
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(
                        EnumSet.of(EndReason.DEVICE_REVOKED_THERE, EndReason.DEVICE_REVOKED_HERE)));
        Set<String> messages = Stream.of(CallMessage.class.getPermittedSubclasses())
                .map(type -> type.getSimpleName().replace("Signed", ""))
                .filter(name -> !name.equals("Notice"))
                .collect(Collectors.toCollection(TreeSet::new));
        for (Notice.Type type : Notice.Type.values()) {
            messages.add("Notice " + type);
        }
        assertThat(accepted).containsAll(messages);
        assertThat(accepted).contains("Offer missed", "TIMER", "JUMP", "SESSION", "DIAL");
        for (Kind kind : Kind.values()) {
            assertThat(accepted).contains(kind.name());
        }
        for (SubmitOutcome outcome : SubmitOutcome.values()) {
            assertThat(accepted).contains(outcome + " for Offer", outcome + " for Answer");
        }
    }

    private static void check(StateSpace.Whole whole) {
        for (Print device : whole.devices()) {
            int present = 0;
            int sounding = 0;
            for (Map.Entry<Integer, CallPrint> entry : device.calls().entrySet()) {
                CallPrint call = entry.getValue();
                boolean isCaller = whole.callerOf(entry.getKey()) == device.who();
                present += isPresent(call) ? 1 : 0;
                sounding += call.sounding() ? 1 : 0;
                nothingBeforeAcceptance(call, isCaller);
                nothingAfterTheEnd(call);
                if (!isCaller) {
                    theCallIsGenuine(whole, entry.getKey(), call);
                }
                theOtherSideAgrees(whole, device, entry.getKey(), call, isCaller);
            }
            require(present <= 1, "at most one call is active");
            require(sounding <= 1, "at most one call sounds");
        }
    }

    private static void require(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError("broken: " + invariant);
        }
    }

    private static boolean isPresent(CallPrint call) {
        return switch (call.state()) {
            case "Dialling", "AwaitingConnected", "AwaitingWelcome", "Connected" -> true;
            case "Ringing" -> call.sounding();
            default -> false;
        };
    }

    private static void nothingBeforeAcceptance(CallPrint call, boolean isCaller) {
        if (!isCaller && !call.answered()) {
            require(call.baseKey() == null, "no key before somebody answered");
            require(!call.inMedia(), "no media and no address before somebody answered");
            require(call.words().isEmpty(), "nothing agreed before somebody answered");
            require(call.state().equals("Ringing") || call.state().equals("Ended"), "it rings or is over");
        }
        boolean hasGroup =
                call.state().equals("AwaitingConnected") || call.state().equals("Connected");
        require((call.baseKey() != null) == hasGroup, "keys exactly while there is a group");
        require(call.sounding() == (call.shown() == State.RINGING), "a sound exactly while ringing is shown");
    }

    private static void nothingAfterTheEnd(CallPrint call) {
        require(call.state().equals("Ended") == (call.ended() != null), "an end has a reason");
        if (call.ended() != null) {
            require(!call.inMedia(), "no media after the end");
            require(call.timerIn() == CallEngine.NEVER, "no timer after the end");
        }
    }

    /** Nothing is shown, let alone rings, that the device which is shown as the caller has not said. */
    private static void theCallIsGenuine(StateSpace.Whole whole, int number, CallPrint call) {
        Print caller = whole.device(call.peer());
        require(caller != null && whole.hasSaid(caller, number, "Offer"), "the caller who is shown has called");
        require(caller != null && whole.callerOf(number) == caller.who(), "the caller is the one who is shown");
    }

    /** Whoever has keys has those of the device that is shown, which offered or on which a person answered. */
    private static void theOtherSideAgrees(
            StateSpace.Whole whole, Print device, int number, CallPrint call, boolean isCaller) {
        Print other = whole.device(call.peer());
        if (call.baseKey() == null || other == null || whole.isHostile(call.peer())) {
            return;
        }
        CallPrint theirs = other.calls().get(number);
        require(
                whole.hasSaid(other, number, isCaller ? "Answer on ANSWER" : "Welcome on Answer"),
                "somebody answered there, or added us");
        if (theirs.baseKey() != null) {
            require(theirs.baseKey().equals(call.baseKey()), "both have the same key");
            require(theirs.words().equals(call.words()), "both see the same words");
            require(device.equals(whole.device(theirs.peer())), "each is the other's peer");
        }
        if (isCaller && call.state().equals("Connected")) {
            require(whole.hasSaid(other, number, "Group on Welcome"), "connected is what the callee has said");
        }
        for (Print third : whole.devices()) {
            CallPrint its = third.calls().get(number);
            if (third.who() != device.who() && third.who() != other.who() && its != null) {
                require(its.baseKey() == null, "a third device has no key");
            }
        }
    }

    /** By its own timer if nobody is connected yet; else when a person hangs up or the media fall silent. */
    private static void everyStateEnds(StateSpace space) {
        for (Map.Entry<Print, Map<Step, Print>> entry : space.ownTransitions()) {
            entry.getKey().calls().forEach((number, call) -> {
                if (call.ended() != null) {
                    return;
                }
                if (!call.state().equals("Connected")) {
                    assertThat(call.timerIn()).as("a timer runs in %s", call).isLessThan(CallEngine.NEVER);
                }
                List<EndReason> ways = new ArrayList<>();
                for (Kind kind : List.of(Kind.HANG_UP, Kind.DECLINE, Kind.MEDIA_LOST)) {
                    Print after = entry.getValue().get(new Step.Touches(kind, number));
                    if (after != null && after.calls().get(number).ended() != null) {
                        ways.add(after.calls().get(number).ended());
                    }
                }
                assertThat(ways).as("a person can end %s", call).isNotEmpty();
            });
        }
    }
}
