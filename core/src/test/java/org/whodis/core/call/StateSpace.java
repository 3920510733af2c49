package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.GroupMessage.HangupReason;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.mls.MlsException;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Every state that some devices can come to, whatever their people do, whatever becomes due, and whatever an attacker who is
 * the network and the office brings them: each message that was ever said, to any device, at any time, any number of times
 * or never; any outcome of any submission; every message that a device of the attacker can make.
 *
 * <p>How it stays finite and exact. A device is a deterministic machine, and what it draws at random follows from the name
 * of the step ({@link Reseeded}): so a message is the same bytes in every history in which it is said, and the state of a
 * device is what it shows ({@link Print}) together with what it has said. Two histories that agree in that are one state,
 * which {@link #checkThatMergedHistoriesBehaveAlike} puts to the test. The network's knowledge is what the devices have said.
 * A state of the whole is therefore one state of each device, and a step of the whole is one step of one device, which is
 * computed once. Devices cannot be copied; a state is reached again by repeating the steps that led there.
 */
final class StateSpace {
    enum Who {
        A1,
        A2,
        B1,
        B2,
        CARL;

        boolean isSamePersonAs(Who other) {
            return name().charAt(0) == other.name().charAt(0);
        }
    }

    /** A call that a person may make once. */
    record Dial(Who from, Who to) {}

    /**
     * What is explored.
     *
     * @param engines the devices that run; their state is part of the state of the whole
     * @param dials the calls that may be made
     * @param hostile those of the engines whose keys the attacker has as well; in worlds of one call it also has those of all
     *     devices that do not run, and says whatever their role allows
     * @param clocksJump each device's clock may jump ahead by {@link #JUMP} once
     * @param officeAnswers whether the office gives every outcome for every offer and answer, or takes all
     * @param sessionsDrop each device may lose its session with the office once, and get it back
     */
    record Plan(
            String name,
            List<Who> engines,
            List<Dial> dials,
            Set<Who> hostile,
            boolean officeAnswers,
            boolean clocksJump,
            boolean sessionsDrop) {}

    /** Past every deadline there is before a call connects. */
    private static final long JUMP = 200_000;

    enum Kind {
        ANSWER,
        DECLINE,
        /** That somebody asked for it changes nothing, and what they signed for it the attacker can say as another decline. */
        SENT_TO_DESK,
        HANG_UP,
        MATCH,
        DIFFER,
        MEDIA_LOST
    }

    /** What can happen to a device. Messages and calls go by number. */
    sealed interface Step {
        record Dials(int dial) implements Step {}

        record Touches(Kind kind, int call) implements Step {}

        /** The next timer runs; the time of day stays, so that nothing else ages by it. */
        record TimerRuns() implements Step {}

        record ClockJumps() implements Step {}

        record SessionChanges(boolean up) implements Step {}

        record OfficeAnswers(int message, SubmitOutcome outcome) implements Step {}

        record Receives(int message, Delivery.Kind kind) implements Step {}
    }

    /** Something that was said, or that the attacker can say. */
    private record Said(
            int number,
            Who author,
            CallId call,
            CallMessage message,
            Bytes encoded,
            String label,
            Step.Receives live,
            Step.Receives missed) {}

    /** What a device shows of a call, and what it remembers of it by the values that it shows. */
    record CallPrint(
            String state,
            State shown,
            @Nullable EndReason ended,
            boolean sounding,
            boolean inMedia,
            boolean answered,
            @Nullable Bytes offerHash,
            @Nullable Bytes baseKey,
            List<String> words,
            DeviceId peer,
            long timerIn,
            long missed) {
        boolean isLive() {
            return ended == null && shown != State.ENDED;
        }
    }

    /** All that the future of a device depends on. Envelope ids that it has seen do not belong to it: the attacker makes new ones. */
    record Print(
            Who who,
            boolean jumped,
            boolean up,
            int sessions,
            Set<Integer> dialled,
            Set<Integer> said,
            Set<Integer> pending,
            Set<Integer> unanswered,
            int pins,
            int alarms,
            Set<Integer> remembered,
            Map<Integer, CallPrint> calls) {}

    /** A state of one device. */
    static final class Local {
        final int id;
        final Print print;
        final BitSet said;
        private final @Nullable Local before;
        private final @Nullable Step by;
        private List<Step> ownSteps = List.of();
        private final Map<Step, Local> next = new LinkedHashMap<>();
        private @Nullable Run run;
        private @Nullable Local twin;
        private @Nullable List<Integer> couldSay;

        private Local(int id, Print print, @Nullable Local before, @Nullable Step by) {
            this.id = id;
            this.print = print;
            this.before = before;
            this.by = by;
            this.said = new BitSet();
            print.said().forEach(said::set);
        }

        private List<Step> path() {
            List<Step> path = before == null ? new ArrayList<>() : before.path();
            if (by != null) {
                path.add(by);
            }
            return path;
        }
    }

    /** Stands in {@link Local#next} for a step that was refused. */
    private static final Local REFUSED = new Local(
            -1,
            new Print(Who.A1, false, false, 0, Set.of(), Set.of(), Set.of(), Set.of(), 0, 0, Set.of(), Map.of()),
            null,
            null);

    /** Random bytes that follow from the step in which they are drawn. */
    private static final class Reseeded implements RandomBytes {
        private Random random = new Random(0);

        void begin(Who who, String step) {
            random = new Random(31L * step.hashCode() + who.name().hashCode());
        }

        @Override
        public byte[] next(int count) {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return out;
        }
    }

    private final Plan plan;
    private final Primitives primitives = TestPrimitives.rememberingKeyOperations();
    private final World cast = new World(Cast.PEOPLE, 1);
    private final Map<Who, Node> people = new EnumMap<>(Who.class);
    private final List<Said> messages = new ArrayList<>();
    private final Map<Bytes, Integer> messageNumbers = new HashMap<>();
    private final List<CallId> calls = new ArrayList<>();
    private final Map<Print, Local> locals = new HashMap<>();
    private final List<Local> all = new ArrayList<>();
    private final Map<Integer, List<Integer>> hostileAbout = new HashMap<>();

    private final Set<String> acceptedIn = new TreeSet<>();
    private final Map<Rejection, Integer> rejections = new TreeMap<>();
    private long envelopes;
    private int forgeriesRefused;
    private int transitions;
    private int globalStates;
    private int deepest;
    private int mostMessages;
    private int twinsCompared;

    StateSpace(Plan plan) {
        this.plan = plan;
        people.put(Who.A1, cast.node(Cast.ANNA, 0));
        people.put(Who.A2, cast.node(Cast.ANNA, 1));
        people.put(Who.B1, cast.node(Cast.BERT, 0));
        people.put(Who.B2, cast.node(Cast.BERT, 1));
        people.put(Who.CARL, cast.node(Cast.CARL, 0));
    }

    // ------------------------------------------------------------------------------------------------- the whole

    /** What is asked of every state of the whole. */
    interface Invariant {
        void check(Whole whole);
    }

    /** A state of the whole, with what was said in it. */
    final class Whole {
        private final Local[] at;

        private Whole(Local[] at) {
            this.at = at;
        }

        List<Print> devices() {
            List<Print> out = new ArrayList<>();
            for (Local local : at) {
                out.add(local.print);
            }
            return out;
        }

        @Nullable
        Print device(DeviceId id) {
            for (Local local : at) {
                if (idOf(local.print.who()).equals(id)) {
                    return local.print;
                }
            }
            return null;
        }

        Who callerOf(int call) {
            for (Said said : messages) {
                if (said.call().equals(calls.get(call)) && said.message() instanceof CallMessage.SignedOffer) {
                    return said.author();
                }
            }
            throw new AssertionError("a call without an offer");
        }

        /** Whether the device has said such a message of that call, by what it signed or sealed itself. */
        boolean hasSaid(Print device, int call, String what) {
            for (int number : device.said()) {
                Said said = messages.get(number);
                if (said.call().equals(calls.get(call)) && said.label().contains(what)) {
                    return true;
                }
            }
            return false;
        }

        boolean isHostile(DeviceId id) {
            return StateSpace.this.isHostile(whoIs(id));
        }
    }

    /** A state of the whole as it was found, and how. */
    private record Found(Local[] at, @Nullable Found before, String step, int depth, int received) {
        List<String> history() {
            List<String> out = new ArrayList<>();
            for (Found found = this; found.before != null; found = found.before) {
                out.addFirst(found.step);
            }
            return out;
        }
    }

    /** Explores to the end; what it found is in the public figures. */
    void explore(Invariant invariant) {
        // All calls that may be made are known to the attacker from the start, who forges messages about them.
        for (int dial = 0; dial < plan.dials().size(); dial++) {
            new Run(plan.dials().get(dial).from()).take(new Step.Dials(dial));
        }
        Local[] first = plan.engines().stream().map(this::begin).toArray(Local[]::new);
        Set<Long> seen = new HashSet<>();
        Deque<Found> frontier = new ArrayDeque<>();
        seen.add(key(first));
        frontier.add(new Found(first, null, "", 0, 0));
        while (!frontier.isEmpty()) {
            Found here = frontier.remove();
            deepest = Math.max(deepest, here.depth());
            mostMessages = Math.max(mostMessages, here.received());
            try {
                invariant.check(new Whole(here.at()));
                for (int device = 0; device < first.length; device++) {
                    expand(here, device, seen, frontier);
                }
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError(plan.name() + ":\n  " + String.join("\n  ", here.history()), failed);
            }
        }
        globalStates = seen.size();
    }

    private void expand(Found here, int device, Set<Long> seen, Deque<Found> frontier) {
        Local from = here.at()[device];
        for (Step step : stepsOf(here.at(), device)) {
            Local to = go(from, step);
            if (to == REFUSED) {
                continue;
            }
            transitions++;
            Local[] there = here.at().clone();
            there[device] = to;
            if (to != from && seen.add(key(there))) {
                int received = here.received() + (step instanceof Step.Receives ? 1 : 0);
                String name = to.print.who() + " " + describe(step);
                frontier.add(new Found(there, here, name, here.depth() + 1, received));
            }
        }
    }

    private static long key(Local[] locals) {
        long key = 0;
        for (Local local : locals) {
            key = key << 20 | local.id;
        }
        return key;
    }

    /** What can happen to the device at {@code index} now. */
    private List<Step> stepsOf(Local[] here, int index) {
        Local device = here[index];
        List<Step> out = new ArrayList<>(device.ownSteps);
        BitSet known = new BitSet();
        for (Local local : here) {
            known.or(local.said);
            if (plan.hostile().contains(local.print.who())) {
                couldSay(local).forEach(known::set);
            }
        }
        for (int number = known.nextSetBit(0); number >= 0; number = known.nextSetBit(number + 1)) {
            if (messages.get(number).message() instanceof CallMessage.SignedOffer) {
                hostileAbout.computeIfAbsent(number, this::hostileMessages).forEach(known::set);
            }
        }
        for (int number = known.nextSetBit(0); number >= 0; number = known.nextSetBit(number + 1)) {
            Said said = messages.get(number);
            if (said.author() != device.print.who()) {
                out.add(said.live());
                if (said.message() instanceof CallMessage.SignedOffer) {
                    out.add(said.missed());
                }
            }
        }
        return out;
    }

    private List<Step> ownSteps(Print print) {
        List<Step> out = new ArrayList<>();
        for (int dial = 0; dial < plan.dials().size(); dial++) {
            if (plan.dials().get(dial).from() == print.who() && !print.dialled().contains(dial)) {
                out.add(new Step.Dials(dial));
            }
        }
        for (int call : print.calls().keySet()) {
            for (Kind kind : Kind.values()) {
                out.add(new Step.Touches(kind, call));
            }
        }
        for (int message : print.pending()) {
            for (SubmitOutcome outcome : SubmitOutcome.values()) {
                out.add(new Step.OfficeAnswers(message, outcome));
            }
        }
        if (print.calls().values().stream().anyMatch(call -> call.timerIn() != CallEngine.NEVER)) {
            out.add(new Step.TimerRuns());
        }
        if (plan.clocksJump() && !print.jumped()) {
            out.add(new Step.ClockJumps());
        }
        if (plan.sessionsDrop() && print.sessions() < 2) {
            out.add(new Step.SessionChanges(!print.up()));
        }
        return out;
    }

    // ------------------------------------------------------------------------------------------------- one device

    private Local begin(Who who) {
        Run run = new Run(who);
        return intern(run, null, null);
    }

    private Local intern(Run run, @Nullable Local before, @Nullable Step by) {
        Print print = run.print();
        Local known = locals.get(print);
        if (known != null) {
            if (known.twin == null && before != null) {
                known.twin = new Local(-2, print, before, by);
            }
            return known;
        }
        Local fresh = new Local(all.size(), print, before, by);
        all.add(fresh);
        locals.put(print, fresh);
        fresh.run = run;
        fresh.ownSteps = ownSteps(print);
        if (plan.hostile().isEmpty()) {
            // Else the states are those of the same world without hostile engines.
            refuseForgeries(fresh);
        }
        return fresh;
    }

    private Local go(Local from, Step step) {
        Local known = from.next.get(step);
        if (known == null) {
            known = goFirst(from, step);
            from.next.put(step, known);
        }
        return known;
    }

    private Local goFirst(Local from, Step step) {
        Run run = runOf(from);
        List<CallOutput> came = run.take(step);
        if (isRefused(came)) {
            if (came.size() != 1 || !run.print().equals(from.print)) {
                throw new AssertionError(
                        describe(step) + " gave " + came + " and changed " + from.print + " to " + run.print());
            }
            rejections.merge(Node.rejections(came).getFirst(), 1, Integer::sum);
            if (!isGroupMessage(step)) {
                // A refused message of the group may have used up a key of the ratchet: that run is not fresh any more.
                from.run = run;
            }
            return REFUSED;
        }
        note(from, step);
        Local to = intern(run, from, step);
        if (to == from && !isGroupMessage(step)) {
            from.run = run;
        }
        if (step instanceof Step.Receives) {
            List<CallOutput> again = run.give(java.util.Objects.requireNonNull(run.last));
            if (!Node.rejections(again).equals(List.of(Rejection.DUPLICATE_ENVELOPE))
                    || !run.print().equals(to.print)) {
                throw new AssertionError("the same envelope again: " + describe(step) + " gave " + again);
            }
        }
        return to;
    }

    /** The one refusal that leaves something behind is not counted: whoever wins in glare remembers the offer that lost. */
    private static boolean isRefused(List<CallOutput> came) {
        List<Rejection> refused = Node.rejections(came);
        return !refused.isEmpty() && refused.getFirst() != Rejection.OUR_OFFER_IS_LOWER;
    }

    private Run runOf(Local local) {
        Run run = local.run;
        local.run = null;
        return run != null ? run : repeat(local);
    }

    private Run repeat(Local local) {
        Run run = new Run(local.print.who());
        for (Step step : local.path()) {
            run.take(step);
        }
        return run;
    }

    private boolean isGroupMessage(Step step) {
        return step instanceof Step.Receives(int number, var _)
                && messages.get(number).message() instanceof CallMessage.Group;
    }

    /** For the record: every message was accepted somewhere, and every state was left. */
    private void note(Local from, Step step) {
        String what = nameOf(step);
        for (CallPrint call : from.print.calls().values()) {
            acceptedIn.add(what + " in " + call.state());
        }
        acceptedIn.add(what);
    }

    private String nameOf(Step step) {
        return switch (step) {
            case Step.Receives(int number, Delivery.Kind kind) ->
                kindOf(messages.get(number).message()) + (kind == Delivery.Kind.MISSED ? " missed" : "");
            case Step.OfficeAnswers(int number, SubmitOutcome outcome) ->
                outcome + " for " + kindOf(messages.get(number).message());
            case Step.Touches(Kind kind, int _) -> kind.name();
            case Step.Dials _ -> "DIAL";
            case Step.TimerRuns _ -> "TIMER";
            case Step.ClockJumps _ -> "JUMP";
            case Step.SessionChanges _ -> "SESSION";
        };
    }

    /**
     * Two histories that look alike are alike: what was computed from a state is computed again from the first other history
     * that led to it.
     */
    void checkThatMergedHistoriesBehaveAlike(int atMost) {
        for (Local local : List.copyOf(all)) {
            Local twin = local.twin;
            if (twin == null || twinsCompared >= atMost) {
                continue;
            }
            twinsCompared++;
            Run run = repeat(twin);
            for (Map.Entry<Step, Local> entry : local.next.entrySet()) {
                List<CallOutput> came = run.take(entry.getKey());
                boolean refused = isRefused(came);
                assertThat(refused)
                        .as(
                                "%s gives %s after %s, in the state after %s, %s",
                                describe(entry.getKey()),
                                came,
                                twin.path().stream().map(this::describe).toList(),
                                local.path().stream().map(this::describe).toList(),
                                local.print)
                        .isEqualTo(entry.getValue() == REFUSED);
                if (!refused) {
                    assertThat(run.print()).isEqualTo(entry.getValue().print);
                }
                if (!refused || isGroupMessage(entry.getKey())) {
                    run = repeat(twin);
                }
            }
        }
    }

    /** A device that runs, in the middle of some history. */
    private final class Run {
        private final Who who;
        private final World world;
        private final Node node;
        private final Reseeded random = new Reseeded();
        private final Set<Integer> dialled = new TreeSet<>();
        private final Set<Integer> said = new TreeSet<>();
        private final Map<Integer, EnvelopeId> pending = new TreeMap<>();
        private boolean jumped;
        private int sessions;
        private long lastNow;
        private @Nullable CallInput last;

        Run(Who who) {
            this.who = who;
            this.world = new World(Cast.PEOPLE, primitives, device -> random);
            this.node = world.node(personOf(who), deviceOf(who));
            this.lastNow = world.now;
        }

        List<CallOutput> take(Step step) {
            random.begin(who, describe(step));
            long ahead = 0;
            CallInput input = switch (step) {
                case Step.Dials(int dial) ->
                    new CallInput.UserDial(people.get(plan.dials().get(dial).to()).chain);
                case Step.Touches(Kind kind, int call) -> touch(kind, calls.get(call));
                case Step.TimerRuns() -> {
                    ahead = node.engine.nextTimeout() - lastNow;
                    yield new CallInput.Tick();
                }
                case Step.ClockJumps() -> {
                    jumped = true;
                    world.now += JUMP;
                    yield new CallInput.Tick();
                }
                case Step.SessionChanges(boolean up) -> {
                    sessions++;
                    node.online = up;
                    yield up ? new CallInput.SessionUp() : new CallInput.SessionDown();
                }
                case Step.OfficeAnswers(int message, SubmitOutcome outcome) ->
                    new CallInput.SubmitAnswered(pending.remove(message), outcome);
                case Step.Receives(int message, Delivery.Kind kind) -> delivered(message, who, kind);
            };
            world.now += ahead;
            List<CallOutput> came = give(input);
            world.now -= ahead;
            last = input;
            if (step instanceof Step.Dials(int dial) && Node.rejections(came).isEmpty()) {
                dialled.add(dial);
            }
            heed(came, nameOf(step));
            return came;
        }

        private List<CallOutput> give(CallInput input) {
            lastNow = world.now;
            return node.give(input);
        }

        /** The network knows what was said. What becomes of envelopes other than offers and answers makes no difference to a call. */
        private void heed(List<CallOutput> came, String step) {
            List<EnvelopeId> taken = new ArrayList<>();
            for (CallOutput output : came) {
                if (output instanceof CallOutput.Submit(Envelope envelope)) {
                    CallMessage message = World.decode(envelope);
                    int number = number(who, envelope.callId(), message, kindOf(message) + " on " + step);
                    said.add(number);
                    boolean counts =
                            message instanceof CallMessage.SignedOffer || message instanceof CallMessage.SignedAnswer;
                    if (plan.officeAnswers() && counts) {
                        pending.put(number, envelope.id());
                    } else {
                        taken.add(envelope.id());
                    }
                }
            }
            node.toOffice.clear();
            for (EnvelopeId id : taken) {
                give(new CallInput.SubmitAnswered(id, SubmitOutcome.ACCEPTED));
            }
        }

        /** Brings something that must be refused. */
        List<CallOutput> bring(Who carrier, CallId call, Bytes message) {
            return give(arrived(carrier, who, call, message));
        }

        Print print() {
            // Also calls that are not shown: a missed one, one that lost in glare.
            Set<Integer> remembered = new TreeSet<>();
            for (CallId id : calls) {
                if (node.engine.stateOf(id) != null) {
                    remembered.add(callNumber(id));
                }
            }
            Set<Integer> unanswered = new TreeSet<>();
            for (Envelope envelope : node.engine.unanswered()) {
                CallMessage message = World.decode(envelope);
                unanswered.add(number(who, envelope.callId(), message, kindOf(message)));
            }
            Map<Integer, CallPrint> shown = new TreeMap<>();
            long firstDeadline = CallEngine.NEVER;
            for (CallId id : node.views.keySet()) {
                firstDeadline = Math.min(firstDeadline, state(id).deadline());
            }
            for (CallView view : node.views.values()) {
                CallId id = view.callId();
                long deadline = state(id).deadline();
                CallOutput.InstallEpoch epoch = node.epochs.get(id);
                shown.put(
                        callNumber(id),
                        new CallPrint(
                                state(id).getClass().getSimpleName(),
                                view.state(),
                                view.ended(),
                                node.sounding.contains(id),
                                node.inMedia.contains(id),
                                node.answered.contains(id),
                                offerHash(state(id)),
                                epoch == null
                                        ? null
                                        : Bytes.of(epoch.keys().baseKey().expose()),
                                view.words(),
                                view.peer().device().id(),
                                deadline == CallEngine.NEVER
                                        ? CallEngine.NEVER
                                        : node.engine.nextTimeout() - lastNow + deadline - firstDeadline,
                                Math.min(
                                        2,
                                        node.missed.stream()
                                                .filter(missed ->
                                                        missed.callId().equals(id))
                                                .count())));
            }
            return new Print(
                    who,
                    jumped,
                    node.online,
                    sessions,
                    Set.copyOf(dialled),
                    Set.copyOf(said),
                    Set.copyOf(pending.keySet()),
                    unanswered,
                    Math.min(1, node.pins.size()),
                    node.alarms.size(),
                    remembered,
                    shown);
        }

        /** The bytes that the call is about: an offer made after a jump of the clock is another one of the same call id. */
        private static @Nullable Bytes offerHash(CallState state) {
            return switch (state) {
                case Dialling dialling -> dialling.call().offerHash;
                case AwaitingConnected awaiting -> awaiting.call().offerHash;
                case Ringing ringing -> ringing.call().offerHash;
                case AwaitingWelcome awaiting -> awaiting.call().offerHash;
                case Connected connected -> connected.call().offerHash;
                case Ended _ -> null;
            };
        }

        private CallState state(CallId id) {
            CallState state = node.engine.stateOf(id);
            if (state == null) {
                throw new AssertionError("a call that is shown and not known");
            }
            return state;
        }
    }

    private static CallInput touch(Kind kind, CallId call) {
        return switch (kind) {
            case ANSWER -> new CallInput.UserAnswer(call);
            case DECLINE -> new CallInput.UserDecline(call);
            case SENT_TO_DESK -> new CallInput.SentToDesk(call);
            case HANG_UP -> new CallInput.UserHangUp(call);
            case MATCH -> new CallInput.UserSaysWordsMatch(call, true);
            case DIFFER -> new CallInput.UserSaysWordsMatch(call, false);
            case MEDIA_LOST -> new CallInput.MediaLost(call);
        };
    }

    // ------------------------------------------------------------------------------------------------- the attacker

    private boolean hasOneCall() {
        return plan.dials().size() == 1;
    }

    private boolean isHostile(Who who) {
        return !plan.engines().contains(who) || plan.hostile().contains(who);
    }

    /** What hostile devices may say of the call of {@code offer} in a role that is theirs. */
    private List<Integer> hostileMessages(int offer) {
        Said said = messages.get(offer);
        List<Integer> out = new ArrayList<>();
        for (Who who : Who.values()) {
            if (!isHostile(who) || !hasOneCall()) {
                continue;
            }
            for (Forged forged : forgeries(said, who)) {
                // The offer itself its device has said already.
                if (forged.what() != What.OFFER && isTheirsToSay(said, who, forged.what())) {
                    out.add(number(who, said.call(), forged.message(), kindOf(forged.message()) + " forged"));
                }
            }
        }
        return out;
    }

    private static final CallId NO_CALL = new CallId(Bytes.of(new byte[CallId.LENGTH]));

    private enum What {
        OFFER,
        ANSWER,
        WELCOME,
        RINGING,
        DECLINED,
        BUSY,
        CANCELLED,
        GROUP,
        IN_THE_NAME_OF_ANOTHER
    }

    /** {@code inTheNameOf} names the device that it claims to be of, if that is another one than whose key signed it. */
    private record Forged(
            What what,
            CallMessage message,
            Bytes encoded,
            @Nullable Who inTheNameOf) {
        Forged(What what, CallMessage message) {
            this(what, message, message.encode(), null);
        }

        Forged(CallMessage message, Who inTheNameOf) {
            this(What.IN_THE_NAME_OF_ANOTHER, message, message.encode(), inTheNameOf);
        }
    }

    private final Map<List<Object>, List<Forged>> forged = new HashMap<>();

    /** Every type of message about the call of {@code offer}, under the keys of {@code who}. */
    private List<Forged> forgeries(Said offer, Who who) {
        return forged.computeIfAbsent(List.of(offer.number(), who), key -> {
            Node by = people.get(who);
            Forger forger = new Forger(cast, 7L * offer.number() + who.name().hashCode());
            CallMessage.SignedOffer original = (CallMessage.SignedOffer) offer.message();
            Bytes hash = Offer.hash(primitives, original.signed());
            List<Forged> out = new ArrayList<>();
            out.add(new Forged(What.OFFER, forger.offer(by, original.signed())));
            out.add(new Forged(
                    What.ANSWER,
                    forger.answer(by, forger.newAnswer(by, offer.call(), hash).encode())));
            out.add(new Forged(What.WELCOME, forger.welcome(by, forger.bytes(200))));
            out.add(new Forged(What.RINGING, forger.notice(by, offer.call(), hash, Notice.Type.RINGING)));
            out.add(new Forged(What.DECLINED, forger.notice(by, offer.call(), hash, Notice.Type.DECLINED)));
            out.add(new Forged(What.BUSY, forger.notice(by, offer.call(), hash, Notice.Type.BUSY)));
            out.add(new Forged(What.CANCELLED, forger.notice(by, offer.call(), hash, Notice.Type.CANCELLED)));
            out.add(new Forged(What.GROUP, new CallMessage.Group(forger.bytes(100))));
            for (Who other : Who.values()) {
                if (other != who) {
                    impersonations(offer, hash, by, other, forger).forEach(each -> out.add(new Forged(each, other)));
                }
            }
            return out;
        });
    }

    /** What names {@code other} in every place and is signed by a key that is not theirs. */
    private List<CallMessage> impersonations(Said offer, Bytes hash, Node by, Who other, Forger forger) {
        Node named = people.get(other);
        List<CallMessage> out = new ArrayList<>();
        for (Notice.Type type : Notice.Type.values()) {
            Bytes notice = new Notice(offer.call(), hash, type, cast.now).encode();
            out.add(new CallMessage.SignedNotice(notice, named.id, forger.sign(by, Notice.LABEL, notice)));
        }
        Bytes answer = forger.newAnswer(named, offer.call(), hash).encode();
        out.add(new CallMessage.SignedAnswer(
                answer, named.id, forger.sign(by, Answer.LABEL, answer), named.chain.wire()));
        if (other == offer.author()) {
            Bytes said = ((CallMessage.SignedOffer) offer.message()).signed();
            out.add(new CallMessage.SignedOffer(
                    said, named.id, forger.sign(by, Offer.LABEL, said), named.chain.wire()));
        }
        return out;
    }

    /** The roles of protocol section 5. */
    private boolean isTheirsToSay(Said offer, Who who, What what) {
        boolean isCaller = who == offer.author();
        boolean isCallee = who.isSamePersonAs(calleeOf(offer));
        return switch (what) {
            case OFFER, WELCOME, CANCELLED -> isCaller;
            case ANSWER, RINGING, DECLINED, BUSY -> isCallee;
            case GROUP, IN_THE_NAME_OF_ANOTHER -> false;
        };
    }

    private Who calleeOf(Said offer) {
        try {
            Offer says = Offer.decode(((CallMessage.SignedOffer) offer.message()).signed());
            for (Who who : Who.values()) {
                if (people.get(who).chain.principal().equals(says.callee().principal())) {
                    return who;
                }
            }
        } catch (DecodeException malformed) {
            throw new AssertionError(malformed);
        }
        throw new AssertionError("a call to nobody");
    }

    /**
     * In every state of every device, in worlds without hostile engines: each type of message about each call, under the keys of every device, is refused unless
     * that device may say it; so is what names another device than the one whose key signed it, and, in worlds of one call, what
     * is brought by another device or in the name of another call. Nothing changes by any of it.
     */
    private void refuseForgeries(Local local) {
        Run run = runOf(local);
        Who target = local.print.who();
        for (Said offer : List.copyOf(messages)) {
            if (!(offer.message() instanceof CallMessage.SignedOffer)) {
                continue;
            }
            for (Who signer : Who.values()) {
                for (Forged each : forgeries(offer, signer)) {
                    for (Who carrier : carriersOf(each, signer)) {
                        boolean theirs = carrier == signer && isTheirsToSay(offer, signer, each.what());
                        if (!theirs && carrier != target) {
                            List<CallOutput> came = run.bring(carrier, offer.call(), each.encoded());
                            mustBeRefused(
                                    local, run, came, () -> each.what() + " by " + signer + " brought by " + carrier);
                        }
                    }
                    boolean isInItsOwnName = each.what() != What.GROUP && each.inTheNameOf() == null;
                    if (hasOneCall() && signer != target && isInItsOwnName) {
                        List<CallOutput> came = run.bring(signer, NO_CALL, each.encoded());
                        mustBeRefused(local, run, came, () -> each.what() + " by " + signer + " in another call");
                    }
                }
            }
        }
        local.run = run;
    }

    private Set<Who> carriersOf(Forged forged, Who signer) {
        if (forged.inTheNameOf() != null) {
            return Set.of(forged.inTheNameOf());
        }
        return hasOneCall() ? Set.of(Who.values()) : Set.of(signer);
    }

    private void mustBeRefused(Local local, Run run, List<CallOutput> came, Supplier<String> what) {
        boolean isRefused = came.size() == 1 && came.getFirst() instanceof CallOutput.Rejected;
        if (!isRefused || !run.print().equals(local.print)) {
            throw new AssertionError(what.get() + " to " + local.print + " gave " + came + " and " + run.print());
        }
        forgeriesRefused++;
    }

    /** What a hostile member of a group can say in it, in whatever role: everything that there is, and things that there are not. */
    private List<Integer> couldSay(Local local) {
        if (local.couldSay == null) {
            local.couldSay = new ArrayList<>();
            for (Map.Entry<Integer, CallPrint> entry : local.print.calls().entrySet()) {
                if (entry.getValue().baseKey() != null) {
                    local.couldSay.addAll(couldSay(local, calls.get(entry.getKey())));
                }
            }
        }
        return local.couldSay;
    }

    private List<Integer> couldSay(Local local, CallId id) {
        Who who = local.print.who();
        List<GroupMessage> sayings = new ArrayList<>();
        sayings.add(new GroupMessage.Connected());
        for (HangupReason reason : HangupReason.values()) {
            sayings.add(new GroupMessage.Hangup(reason));
        }
        Run run = repeat(local);
        run.random.begin(who, "hostile member");
        CallState state = run.node.engine.stateOf(id);
        Call call = state instanceof Connected connected
                ? connected.call()
                : ((AwaitingConnected) java.util.Objects.requireNonNull(state)).call();
        CallGroup group = call.group();
        List<Integer> out = new ArrayList<>();
        for (GroupMessage saying : sayings) {
            out.add(number(who, id, group.seal(saying, run.random), "hostile " + saying));
        }
        Bytes noise = Bytes.utf8("neither");
        out.add(number(
                who, id, new CallMessage.Group(group.mls().protect(noise, Bytes.EMPTY, run.random)), "hostile noise"));
        try {
            Bytes commit =
                    group.mls().commit(List.of(), run.random, People.NOW / 1000).commitBytes();
            out.add(number(who, id, new CallMessage.Group(commit), "hostile Commit"));
        } catch (MlsException impossible) {
            throw new AssertionError(impossible);
        }
        return out;
    }

    // ------------------------------------------------------------------------------------------------- numbers, names

    private int number(Who author, CallId call, CallMessage message, String label) {
        Bytes encoded = message.encode();
        Integer known = messageNumbers.get(encoded);
        if (known == null) {
            known = messages.size();
            messages.add(new Said(
                    known,
                    author,
                    call,
                    message,
                    encoded,
                    label,
                    new Step.Receives(known, Delivery.Kind.LIVE),
                    new Step.Receives(known, Delivery.Kind.MISSED)));
            messageNumbers.put(encoded, known);
            if (message instanceof CallMessage.SignedOffer) {
                callNumber(call);
            }
        }
        return known;
    }

    private int callNumber(CallId id) {
        if (!calls.contains(id)) {
            calls.add(id);
        }
        return calls.indexOf(id);
    }

    private CallInput delivered(int number, Who target, Delivery.Kind kind) {
        Said said = messages.get(number);
        CallInput.EnvelopeArrived live = arrived(said.author(), target, said.call(), said.encoded());
        return new CallInput.EnvelopeArrived(
                new Delivery(1, kind, People.NOW, live.delivery().envelope()));
    }

    /** In an envelope under a new id that never expires: as the office likes. */
    private CallInput.EnvelopeArrived arrived(Who carrier, Who target, CallId call, Bytes message) {
        Node from = people.get(carrier);
        Node to = carrier.isSamePersonAs(target) ? otherSide(call, carrier) : people.get(target);
        byte[] id = new byte[EnvelopeId.LENGTH];
        new Random(++envelopes).nextBytes(id);
        Envelope envelope = new Envelope(
                new EnvelopeId(Bytes.of(id)),
                from.chain.principal(),
                from.id,
                to.chain.principal(),
                to.id,
                call,
                People.NOW + People.DAY,
                message);
        return new CallInput.EnvelopeArrived(new Delivery(1, Delivery.Kind.LIVE, People.NOW, envelope));
    }

    /** To whom a copy that a device gets of what another one of the same person said was addressed. */
    private Node otherSide(CallId call, Who carrier) {
        for (Said said : messages) {
            if (said.call().equals(call) && said.message() instanceof CallMessage.SignedOffer) {
                Who callee = calleeOf(said);
                return people.get(callee.isSamePersonAs(carrier) ? said.author() : callee);
            }
        }
        return people.get(carrier.isSamePersonAs(Who.A1) ? Who.B1 : Who.A1);
    }

    private String describe(Step step) {
        return switch (step) {
            case Step.Receives(int number, Delivery.Kind kind) -> {
                Said said = messages.get(number);
                yield "receives " + said.label() + " of " + said.author() + " in call " + callNumber(said.call())
                        + (kind == Delivery.Kind.MISSED ? " as missed" : "");
            }
            case Step.OfficeAnswers(int number, SubmitOutcome outcome) ->
                "is told " + outcome + " for " + messages.get(number).label();
            case Step.Dials _, Step.Touches _, Step.TimerRuns _, Step.ClockJumps _, Step.SessionChanges _ ->
                step.toString();
        };
    }

    private static String kindOf(CallMessage message) {
        return switch (message) {
            case CallMessage.SignedOffer _ -> "Offer";
            case CallMessage.SignedAnswer _ -> "Answer";
            case CallMessage.SignedWelcome _ -> "Welcome";
            case CallMessage.SignedNotice notice -> "Notice " + typeOf(notice);
            case CallMessage.Group _ -> "Group";
        };
    }

    private static Notice.Type typeOf(CallMessage.SignedNotice notice) {
        try {
            return Notice.decode(notice.signed()).type();
        } catch (DecodeException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static Person personOf(Who who) {
        return switch (who) {
            case A1, A2 -> Cast.ANNA;
            case B1, B2 -> Cast.BERT;
            case CARL -> Cast.CARL;
        };
    }

    private static int deviceOf(Who who) {
        return who == Who.A2 || who == Who.B2 ? 1 : 0;
    }

    private DeviceId idOf(Who who) {
        return people.get(who).id;
    }

    private Who whoIs(DeviceId id) {
        for (Map.Entry<Who, Node> entry : people.entrySet()) {
            if (entry.getValue().id.equals(id)) {
                return entry.getKey();
            }
        }
        throw new AssertionError("nobody's device");
    }

    // ------------------------------------------------------------------------------------------------- figures

    int states() {
        return globalStates;
    }

    int transitions() {
        return transitions;
    }

    /** The most steps that a state is away from the first. */
    int depth() {
        return deepest;
    }

    /** The most messages on the way to a state. */
    int messagesDeep() {
        return mostMessages;
    }

    int deviceStates() {
        return all.size();
    }

    int forgeriesRefused() {
        return forgeriesRefused;
    }

    Set<String> accepted() {
        return acceptedIn;
    }

    Set<Rejection> rejections() {
        return rejections.isEmpty() ? EnumSet.noneOf(Rejection.class) : EnumSet.copyOf(rejections.keySet());
    }

    Set<CallPrint> callPrints() {
        Set<CallPrint> out = new HashSet<>();
        all.forEach(local -> out.addAll(local.print.calls().values()));
        return out;
    }

    /** What each state of a device leads to by the device's own steps. */
    List<Map.Entry<Print, Map<Step, Print>>> ownTransitions() {
        List<Map.Entry<Print, Map<Step, Print>>> out = new ArrayList<>();
        for (Local local : all) {
            Map<Step, Print> steps = new LinkedHashMap<>();
            local.next.forEach((step, to) -> {
                if (to != REFUSED && !(step instanceof Step.Receives)) {
                    steps.put(step, to.print);
                }
            });
            out.add(Map.entry(local.print, steps));
        }
        return out;
    }

    @Override
    public String toString() {
        return plan.name() + ": " + globalStates + " states, " + transitions + " transitions, " + deepest
                + " steps and "
                + mostMessages + " messages deep; " + all.size() + " states of devices, in which " + forgeriesRefused
                + " forgeries were refused; " + twinsCompared + " merged histories compared";
    }
}
