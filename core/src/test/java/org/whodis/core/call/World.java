package org.whodis.core.call;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Devices of several people around one office, in virtual time. The office does what protocol section 4 says of it; the
 * network between is in the hands of the test: what was submitted or is to be delivered lies in a queue for each device
 * and moves when the test says so.
 *
 * <p>After every step the world checks what must hold of every device at all times.
 */
final class World {
    final People people;
    final Map<DeviceId, Node> nodes = new LinkedHashMap<>();
    final Office office = new Office();
    final List<Envelope> transcript = new ArrayList<>();
    long now = People.NOW;

    private final Primitives primitives;
    private final Function<DeviceId, RandomBytes> random;

    World(People people, long seed) {
        this(people, TestPrimitives.SHARED, seed);
    }

    /** Each device has its own stream, so that what one draws does not change what another will. */
    World(People people, Primitives primitives, long seed) {
        this(people, primitives, device -> People.random(seed ^ device.value().hashCode()));
    }

    World(People people, Primitives primitives, Function<DeviceId, RandomBytes> random) {
        this.people = people;
        this.primitives = primitives;
        this.random = random;
    }

    Node node(Person person, int device) {
        Node node = new Node(person, device);
        nodes.put(node.id, node);
        node.give(new CallInput.SessionUp());
        return node;
    }

    List<Node> devicesOf(Node any) {
        return nodes.values().stream()
                .filter(node -> node.chain.principal().equals(any.chain.principal()))
                .toList();
    }

    /** Moves everything there is to move, in the order in which it came, until nothing is left. */
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Node node : nodes.values()) {
                while (!node.toOffice.isEmpty()) {
                    node.submitNext();
                    moved = true;
                }
                while (!node.inbox.isEmpty()) {
                    node.deliverNext();
                    moved = true;
                }
            }
        }
    }

    /** Time passes on every device; timers run when they are due. */
    void pass(long millis) {
        long until = now + millis;
        while (true) {
            long next = until;
            for (Node node : nodes.values()) {
                next = Math.min(next, Math.max(now, node.engine.nextTimeout()));
            }
            boolean due = false;
            now = next;
            for (Node node : nodes.values()) {
                if (node.engine.nextTimeout() <= now) {
                    node.give(new CallInput.Tick());
                    due = true;
                }
            }
            if (!due && now == until) {
                return;
            }
        }
    }

    /** One device: its engine and everything that came out of it. */
    final class Node {
        final Person person;
        final DeviceId id;
        final VerifiedChain chain;
        final CallEngine engine;
        final List<CallOutput> outputs = new ArrayList<>();
        final Deque<Envelope> toOffice = new ArrayDeque<>();
        /** What the office was asked to take to the desk. */
        final Deque<Envelope> forDesk = new ArrayDeque<>();

        final Deque<Delivery> inbox = new ArrayDeque<>();
        final Map<CallId, CallView> views = new LinkedHashMap<>();
        final Set<CallId> sounding = new HashSet<>();
        final Set<CallId> inMedia = new HashSet<>();
        final Map<CallId, CallOutput.InstallEpoch> epochs = new HashMap<>();
        final Map<CallId, Bytes> baseKeys = new HashMap<>();
        final List<CallOutput.MissedCall> missed = new ArrayList<>();
        final List<CallOutput.Alarm> alarms = new ArrayList<>();
        final List<Pin> pins = new ArrayList<>();
        final Set<CallId> answered = new HashSet<>();
        final Set<CallId> dialled = new HashSet<>();
        boolean online = true;

        private Node(Person person, int device) {
            this.person = person;
            this.id = person.device(device);
            this.chain = person.chain();
            this.engine = new CallEngine(
                    primitives, random.apply(id), people.offices(), chain, person.keys.get(device), List.of());
        }

        /** Hands {@code input} over and returns what came out. */
        List<CallOutput> give(CallInput input) {
            boolean answersFirst = input instanceof CallInput.UserAnswer(CallId call) && answered.add(call);
            engine.handle(input, now);
            List<CallOutput> came = new ArrayList<>();
            for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
                came.add(output);
                carryOut(output);
            }
            outputs.addAll(came);
            if (answersFirst && !rejections(came).isEmpty()) {
                answered.remove(((CallInput.UserAnswer) input).callId());
            }
            return came;
        }

        private void carryOut(CallOutput output) {
            switch (output) {
                case CallOutput.Submit(Envelope envelope) -> {
                    require(online, "submits without a session");
                    toOffice.add(envelope);
                }
                case CallOutput.SendToDesk(Envelope decline) -> forDesk.add(decline);
                case CallOutput.RingStart(CallView view) -> {
                    require(sounding.isEmpty(), "two sounds");
                    require(inMedia.isEmpty(), "rings in a call");
                    sounding.add(view.callId());
                    views.put(view.callId(), view);
                }
                case CallOutput.RingStop(CallId call) -> require(sounding.remove(call), "stops a sound that is not");
                case CallOutput.SecondCall(CallView view) -> views.put(view.callId(), view);
                case CallOutput.CallChanged(CallView view) -> {
                    if (view.outgoing()) {
                        dialled.add(view.callId());
                    }
                    views.put(view.callId(), view);
                }
                case CallOutput.JoinMedia(CallId call) -> {
                    require(dialled.contains(call) || answered.contains(call), "joins before offer or answer");
                    require(inMedia.isEmpty(), "in two rooms");
                    require(inMedia.add(call), "joins twice");
                }
                case CallOutput.LeaveMedia(CallId call) -> require(inMedia.remove(call), "leaves where it is not");
                case CallOutput.InstallEpoch install -> {
                    CallId call = install.callId();
                    require(inMedia.contains(call) || dialled.contains(call), "keys without a place");
                    require(dialled.contains(call) || answered.contains(call), "keys before offer or answer");
                    require(epochs.put(call, install) == null, "two epochs");
                    try (Secret baseKey = install.keys().baseKey()) {
                        baseKeys.put(call, Bytes.of(baseKey.expose()));
                    }
                }
                case CallOutput.KeysErased(CallId call) -> {
                    CallOutput.InstallEpoch install = epochs.remove(call);
                    require(install != null, "erases keys that are not");
                    require(isErased(install), "erased keys are still there");
                }
                case CallOutput.MissedCall call -> missed.add(call);
                case CallOutput.Pinned(Pin pin) -> pins.add(pin);
                case CallOutput.Alarm alarm -> alarms.add(alarm);
                case CallOutput.Rejected _ -> {}
            }
        }

        private void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new AssertionError(id + " " + otherwise);
            }
        }

        /** The next submitted envelope reaches the office, whose response comes back at once. */
        void submitNext() {
            Envelope envelope = toOffice.remove();
            transcript.add(envelope);
            SubmitOutcome outcome = office.submit(this, envelope);
            give(new CallInput.SubmitAnswered(envelope.id(), outcome));
        }

        List<CallOutput> deliverNext() {
            return give(new CallInput.EnvelopeArrived(inbox.remove()));
        }

        void sessionDown() {
            online = false;
            toOffice.clear();
            give(new CallInput.SessionDown());
        }

        void sessionUp() {
            online = true;
            give(new CallInput.SessionUp());
        }

        CallId dial(Node callee) {
            List<CallOutput> came = give(new CallInput.UserDial(callee.chain));
            for (CallOutput output : came) {
                if (output instanceof CallOutput.CallChanged(CallView view)) {
                    return view.callId();
                }
            }
            throw new AssertionError("dialling gave " + came);
        }

        CallView.State state(CallId call) {
            return views.get(call).state();
        }

        @Nullable
        EndReason ended(CallId call) {
            return views.get(call).ended();
        }

        List<Rejection> rejections() {
            return rejections(outputs);
        }

        static List<Rejection> rejections(List<CallOutput> outputs) {
            List<Rejection> out = new ArrayList<>();
            for (CallOutput output : outputs) {
                if (output instanceof CallOutput.Rejected rejected) {
                    out.add(rejected.reason());
                }
            }
            return out;
        }
    }

    static boolean isErased(CallOutput.InstallEpoch install) {
        try {
            install.keys().baseKey();
            return false;
        } catch (IllegalStateException erased) {
            return true;
        }
    }

    /** What the office of protocol section 4 does with envelopes. */
    final class Office {
        private final Set<EnvelopeId> applied = new HashSet<>();
        private final Map<CallId, Envelope> offers = new HashMap<>();
        private final Map<CallId, DeviceId> winners = new HashMap<>();
        private final Set<CallId> over = new HashSet<>();
        private long sequence;

        SubmitOutcome submit(Node sender, Envelope envelope) {
            if (envelope.deadline() < now) {
                return SubmitOutcome.EXPIRED;
            }
            if (!applied.add(envelope.id())) {
                return SubmitOutcome.DUPLICATE;
            }
            CallId call = envelope.callId();
            return switch (decode(envelope)) {
                case CallMessage.SignedOffer _ -> {
                    offers.put(call, envelope);
                    yield deliver(envelope) ? SubmitOutcome.ACCEPTED : SubmitOutcome.OFFLINE;
                }
                case CallMessage.SignedAnswer _ -> {
                    if (!offers.containsKey(call) || over.contains(call)) {
                        yield SubmitOutcome.NOT_ALLOWED;
                    }
                    if (winners.putIfAbsent(call, sender.id) != null) {
                        yield SubmitOutcome.ANSWERED_ELSEWHERE;
                    }
                    deliver(envelope);
                    copyToOthers(sender, envelope);
                    yield SubmitOutcome.ACCEPTED;
                }
                case CallMessage.SignedNotice notice -> {
                    boolean declines = isDecline(notice);
                    if (!offers.containsKey(call)
                            || declines && winners.containsKey(call) && !sender.id.equals(winners.get(call))) {
                        yield SubmitOutcome.NOT_ALLOWED;
                    }
                    deliver(envelope);
                    if (declines) {
                        over.add(call);
                        copyToOthers(sender, envelope);
                    }
                    yield SubmitOutcome.ACCEPTED;
                }
                case CallMessage.SignedWelcome _, CallMessage.Group _ -> {
                    deliver(envelope);
                    yield SubmitOutcome.ACCEPTED;
                }
            };
        }

        private boolean isDecline(CallMessage.SignedNotice notice) {
            try {
                return switch (Notice.decode(notice.signed()).type()) {
                    case DECLINED, BUSY -> true;
                    case RINGING, CANCELLED -> false;
                };
            } catch (DecodeException malformed) {
                return false;
            }
        }

        private boolean deliver(Envelope envelope) {
            boolean delivered = false;
            for (Node node : nodes.values()) {
                boolean to = node.chain.principal().equals(envelope.to())
                        && (envelope.toDevice() == null || envelope.toDevice().equals(node.id));
                if (to) {
                    node.inbox.add(delivery(envelope));
                    delivered = true;
                }
            }
            return delivered;
        }

        private void copyToOthers(Node sender, Envelope envelope) {
            for (Node node : devicesOf(sender)) {
                if (node != sender) {
                    node.inbox.add(delivery(envelope));
                }
            }
        }

        Delivery delivery(Envelope envelope) {
            return new Delivery(++sequence, Delivery.Kind.LIVE, now, envelope);
        }

        Delivery missed(CallId call) {
            return new Delivery(++sequence, Delivery.Kind.MISSED, now, offers.get(call));
        }
    }

    static CallMessage decode(Envelope envelope) {
        try {
            return CallMessage.decode(envelope.message());
        } catch (DecodeException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
