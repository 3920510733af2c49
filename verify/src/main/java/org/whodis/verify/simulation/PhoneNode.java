package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineRequest;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * A phone: a {@link CallEngine} and the shell around it, which does what the Java phone's does. The program can die and begin
 * anew; then there is what was written: pins, and the ids of calls that it has shown.
 */
final class PhoneNode {
    private static final long FIRST_BACKOFF_MILLIS = 200;
    private static final long LAST_BACKOFF_MILLIS = 15_000;
    private static final long HELLO_MILLIS = 5_000;
    private static final long PING_MILLIS = 10_000;
    private static final long SILENCE_MILLIS = 25_000;
    private static final long REQUEST_MILLIS = 10_000;
    private static final long WRITE_MILLIS = 15;
    private static final long LISTEN_MILLIS = 1_000;
    private static final long REMEMBER_MILLIS = 3 * 60_000;

    private final World world;
    private final OfficeNode office;
    private final Cast.Person person;
    private final int index;
    private final String name;
    private final Random chance;
    private final Map<CallId, Long> storedCalls = new LinkedHashMap<>();
    private final Map<PrincipalId, Pin> storedPins = new LinkedHashMap<>();
    private @Nullable Run run;
    private int starts;
    private long clockIsOff;

    PhoneNode(World world, OfficeNode office, Cast.Person person, int index) {
        this.world = world;
        this.office = office;
        this.person = person;
        this.index = index;
        this.name = person.devices.size() == 1 ? person.name : person.name + (index + 1);
        this.chance = world.stream("phone " + name);
    }

    String name() {
        return name;
    }

    Cast.Person person() {
        return person;
    }

    boolean isHonest() {
        return person.isHonest;
    }

    DeviceId id() {
        return person.devices.get(index);
    }

    HybridKeyPair key() {
        return person.keys.get(index);
    }

    OfficeNode office() {
        return office;
    }

    long clock() {
        return world.now() + clockIsOff;
    }

    boolean clockIsRight() {
        return clockIsOff == 0;
    }

    /** The time of day jumps; timers that run do not notice. */
    void clockIsOff(long millis) {
        clockIsOff = millis;
    }

    boolean isAlive() {
        return run != null;
    }

    boolean isOnline() {
        Run now = run;
        return now != null && now.up;
    }

    /** Since when it has had its present session; {@link Long#MAX_VALUE} without one. */
    long onlineSince() {
        Run now = run;
        return now != null && now.up ? now.upSince : Long.MAX_VALUE;
    }

    int starts() {
        return starts;
    }

    void start() {
        if (run == null) {
            starts++;
            Run now = new Run();
            run = now;
            world.judge().started(this);
            now.begin();
            world.in(LISTEN_MILLIS, now::listenForSilence);
        }
    }

    /** The program is gone, with all that it had not written. */
    void die() {
        Run now = run;
        if (now != null) {
            run = null;
            now.end();
            world.judge().died(this);
        }
    }

    void cut() {
        Run now = run;
        if (now != null && now.wire != null) {
            now.wire.cut();
        }
    }

    @Nullable
    CallView view(CallId call) {
        Run now = run;
        return now == null ? null : now.views.get(call);
    }

    /** In the order in which they began. */
    List<CallView> views() {
        Run now = run;
        return now == null ? List.of() : new ArrayList<>(now.views.values());
    }

    /** By the directory of their office, or by the line that they gave. */
    void dial(Cast.Person whom) {
        give(
                whom.firm == person.firm
                        ? new CallInput.UserDial(whom.chain())
                        : new CallInput.UserDialByLine(
                                whom.chain(), world.lines().between(whom, person).secret));
    }

    void give(CallInput input) {
        Run now = run;
        if (now != null) {
            now.give(input);
        }
    }

    /** Says something to the office outside of any call; for those who do not keep to the protocol. */
    void say(LongFunction<ToOffice> request, Consumer<FromOffice.@Nullable Response> answered) {
        Run now = run;
        if (now != null) {
            now.request(request, answered);
        }
    }

    void frameArrived(CallId call, Bytes frame) {
        Run now = run;
        Speech speech = now == null ? null : now.speech.get(call);
        if (speech != null) {
            speech.arrived(frame);
        }
    }

    /** A place in the relay's room; gives its SSRC, or -1. */
    void askForPlace(CallId call, LongConsumer given) {
        Run now = run;
        if (now == null) {
            return;
        }
        MediaJoin join = new MediaJoin(call, "simulation", "simulationsimulationsimulation", Bytes.of(new byte[32]));
        now.request(id -> new ToOffice.JoinMedia(id, join), response -> {
            try {
                boolean refused = response == null || !response.ok();
                given.accept(refused ? -1 : MediaJoined.decode(response.body()).ssrc());
            } catch (DecodeException lie) {
                given.accept(-1);
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }

    /** From a start of the program to its end. */
    private final class Run implements Wire.DeviceEnd {
        private final CallEngine engine;
        private final RandomBytes random = Cast.bytes(world.mix("phone " + name + " " + starts));
        private final Set<CallId> fromBefore = new HashSet<>(storedCalls.keySet());
        private final Map<CallId, CallView> views = new LinkedHashMap<>();
        private final Map<CallId, Speech> speech = new LinkedHashMap<>();
        private final Map<Long, Consumer<FromOffice.@Nullable Response>> pending = new HashMap<>();
        private final List<Runnable> unwritten = new ArrayList<>();
        private @Nullable Wire wire;
        private boolean proving;
        private boolean up;
        private long upSince;
        private long lastHeard;
        private long nextRequest = 1;
        private long backoff = FIRST_BACKOFF_MILLIS;
        private int connection;
        private int timer;
        private boolean ended;

        Run() {
            engine = new CallEngine(
                    world.primitives(),
                    random,
                    world.cast().offices,
                    person.chain(),
                    key(),
                    List.copyOf(storedPins.values()));
        }

        void begin() {
            if (world.isFederated()) {
                give(new CallInput.LinesChanged(world.lines().guard(person)));
            }
            connect();
        }

        void end() {
            ended = true;
            speech.values().forEach(Speech::close);
            if (wire != null) {
                wire.closeByDevice(chance.nextBoolean());
            }
        }

        // The engine ------------------------------------------------------------------------------------------------

        void give(CallInput input) {
            world.judge().given(PhoneNode.this, input);
            engine.handle(input, clock());
            for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
                world.judge().said(PhoneNode.this, output);
                carryOut(output);
            }
            armTimer();
            world.judge().settled(PhoneNode.this);
        }

        private void armTimer() {
            int mine = ++timer;
            long at = engine.nextTimeout();
            if (at != CallEngine.NEVER) {
                later(Math.max(0, at - clock()), () -> {
                    if (timer == mine) {
                        give(new CallInput.Tick());
                    }
                });
            }
        }

        private void carryOut(CallOutput output) {
            switch (output) {
                case CallOutput.Submit(Envelope envelope) -> submit(envelope);
                case CallOutput.SendToDesk(Envelope decline) -> sendToDesk(decline);
                case CallOutput.RingStart(CallView view) -> note(view);
                case CallOutput.SecondCall(CallView view) -> note(view);
                case CallOutput.CallChanged(CallView view) -> note(view);
                case CallOutput.RingStop _, CallOutput.Alarm _, CallOutput.Rejected _ -> {}
                case CallOutput.JoinMedia(CallId call) -> speechOf(call).seek();
                case CallOutput.InstallEpoch(CallId call, int ownLeaf, var keys) ->
                    speechOf(call).install(ownLeaf, keys);
                case CallOutput.LeaveMedia(CallId call) -> leave(call);
                case CallOutput.KeysErased(CallId call) -> leave(call);
                case CallOutput.MissedCall(CallId call, var _, long _) -> remember(call);
                case CallOutput.Pinned(Pin pin) -> write(() -> storedPins.put(pin.principal(), pin));
            }
        }

        private void note(CallView view) {
            if (views.put(view.callId(), view) == null) {
                remember(view.callId());
            }
            world.people().sees(PhoneNode.this, view);
        }

        private void submit(Envelope envelope) {
            world.judge().submits(PhoneNode.this, envelope);
            request(id -> new ToOffice.Submit(id, envelope), response -> {
                SubmitOutcome outcome = SubmitOutcome.NOT_ALLOWED;
                if (response == null) {
                    if (up) {
                        // No answer on a session that is up: a new one submits again what this one swallowed.
                        lost();
                    }
                    return;
                }
                if (response.ok()) {
                    try {
                        outcome = SubmitOutcome.decode(response.body());
                    } catch (DecodeException lie) {
                        outcome = SubmitOutcome.NOT_ALLOWED;
                    }
                }
                give(new CallInput.SubmitAnswered(envelope.id(), outcome));
            });
        }

        /** A person whose session goes away meanwhile has to press again. */
        private void sendToDesk(Envelope decline) {
            world.judge().submits(PhoneNode.this, decline);
            request(id -> new ToOffice.Line(id, new LineRequest.SendCall(decline).encode()), response -> {
                if (response != null && response.ok() && response.body().equals(SubmitOutcome.ACCEPTED.encode())) {
                    give(new CallInput.SentToDesk(decline.callId()));
                }
            });
        }

        private Speech speechOf(CallId call) {
            return speech.computeIfAbsent(call, id -> new Speech(world, PhoneNode.this, id));
        }

        private void leave(CallId call) {
            Speech closing = speech.get(call);
            if (closing != null) {
                closing.close();
                request(id -> new ToOffice.LeaveMedia(id, call), _ -> {});
            }
        }

        private void listenForSilence() {
            if (ended) {
                return;
            }
            for (CallView view : List.copyOf(views.values())) {
                Speech heard = speech.get(view.callId());
                if (view.state() == CallView.State.CONNECTED
                        && heard != null
                        && world.now() - heard.lastPlayed() > Speech.LOST_MILLIS) {
                    give(new CallInput.MediaLost(view.callId()));
                }
            }
            later(LISTEN_MILLIS, this::listenForSilence);
        }

        // What is written -------------------------------------------------------------------------------------------

        private void remember(CallId call) {
            long until = clock() + REMEMBER_MILLIS;
            write(() -> storedCalls.put(call, until));
        }

        /** Reaches the disk a little later, in order. */
        private void write(Runnable change) {
            unwritten.add(change);
            later(WRITE_MILLIS, () -> {
                if (!unwritten.isEmpty()) {
                    unwritten.removeFirst().run();
                }
            });
        }

        // The session -----------------------------------------------------------------------------------------------

        private void later(long millis, Runnable action) {
            world.in(millis, () -> {
                if (!ended) {
                    action.run();
                }
            });
        }

        void connect() {
            if (ended || wire != null) {
                return;
            }
            if (!office.isUp() || world.network().isParted(name)) {
                waitAndConnect();
                return;
            }
            int mine = ++connection;
            proving = false;
            wire = Wire.open(world, office, name, this);
            later(HELLO_MILLIS, () -> {
                if (connection == mine && !up) {
                    lost();
                }
            });
        }

        private void waitAndConnect() {
            long delay = backoff / 2 + chance.nextLong(backoff / 2 + 1);
            backoff = Math.min(LAST_BACKOFF_MILLIS, 2 * backoff);
            later(delay, this::connect);
        }

        /** Leaves whatever connection there is and tries again. */
        private void lost() {
            Wire leaving = wire;
            if (leaving != null) {
                wire = null;
                leaving.closeByDevice(false);
                afterLoss();
            }
        }

        private void afterLoss() {
            connection++;
            boolean was = up;
            up = false;
            Map<Long, Consumer<FromOffice.@Nullable Response>> failed = new LinkedHashMap<>(pending);
            pending.clear();
            if (was) {
                world.judge().offline(PhoneNode.this);
                give(new CallInput.SessionDown());
            }
            failed.values().forEach(each -> each.accept(null));
            waitAndConnect();
        }

        @Override
        public void closed() {
            if (!ended && wire != null && !wire.isOpen()) {
                wire = null;
                afterLoss();
            }
        }

        @Override
        public void received(Bytes message) {
            if (ended || wire == null) {
                return;
            }
            FromOffice said;
            try {
                said = FromOffice.decode(message);
            } catch (DecodeException e) {
                lost();
                return;
            }
            lastHeard = world.now();
            if (!up) {
                greet(said);
                return;
            }
            switch (said) {
                case FromOffice.Response response -> {
                    Consumer<FromOffice.@Nullable Response> waiting = pending.remove(response.requestId());
                    if (waiting != null) {
                        waiting.accept(response);
                    }
                }
                case FromOffice.Deliver(Delivery delivery) -> delivered(delivery);
                case FromOffice.MediaLost(CallId call) -> {
                    Speech speaking = speech.get(call);
                    if (speaking != null) {
                        speaking.seek();
                    }
                }
                case FromOffice.LinkArrived _, FromOffice.LineNews _, FromOffice.PersonNews _, FromOffice.Pong _ -> {}
                case FromOffice.OfficeHello _, FromOffice.Authenticated _ -> lost();
            }
        }

        private void greet(FromOffice said) {
            switch (said) {
                case FromOffice.OfficeHello hello
                when !proving -> {
                    Cast.Firm firm = person.firm;
                    try {
                        hello.descriptor().verify(world.primitives(), firm.domain, firm.keyHash, firm.tlsSpkiSha256);
                    } catch (IdentityException e) {
                        lost();
                        return;
                    }
                    proving = true;
                    SessionProof proof = SessionProof.create(
                            world.primitives(),
                            random,
                            new SessionProof.Connection(firm.keyHash, firm.tlsSpkiSha256, hello.challenge()),
                            person.principal(),
                            key());
                    send(new ToOffice.Authenticate(nextRequest++, proof));
                }
                case FromOffice.Authenticated _
                when proving -> {
                    backoff = FIRST_BACKOFF_MILLIS;
                    up = true;
                    upSince = world.now();
                    ping(connection);
                    world.judge().online(PhoneNode.this);
                    give(new CallInput.SessionUp());
                    List.copyOf(speech.values()).forEach(Speech::sessionIsUp);
                }
                case FromOffice.OfficeHello _,
                        FromOffice.Authenticated _,
                        FromOffice.Response _,
                        FromOffice.Deliver _,
                        FromOffice.LinkArrived _,
                        FromOffice.LineNews _,
                        FromOffice.PersonNews _,
                        FromOffice.MediaLost _,
                        FromOffice.Pong _ -> lost();
            }
        }

        private void ping(int mine) {
            later(PING_MILLIS, () -> {
                if (connection != mine || !up) {
                    return;
                }
                if (world.now() - lastHeard >= SILENCE_MILLIS) {
                    lost();
                    return;
                }
                send(new ToOffice.Ping(nextRequest++));
                ping(mine);
            });
        }

        private void delivered(Delivery delivery) {
            world.judge().received(PhoneNode.this, delivery);
            boolean again = delivery.kind() == Delivery.Kind.LIVE
                    && fromBefore.contains(delivery.envelope().callId());
            if (!again) {
                give(new CallInput.EnvelopeArrived(delivery));
            }
            // Said once everything that was to be kept is on the disk.
            write(() -> acknowledge(delivery.sequence()));
        }

        private void acknowledge(long sequence) {
            if (up) {
                send(new ToOffice.Acknowledge(nextRequest++, sequence));
            }
        }

        private void request(LongFunction<ToOffice> request, Consumer<FromOffice.@Nullable Response> answered) {
            if (!up) {
                answered.accept(null);
                return;
            }
            long id = nextRequest++;
            pending.put(id, answered);
            send(request.apply(id));
            later(REQUEST_MILLIS, () -> {
                Consumer<FromOffice.@Nullable Response> waiting = pending.remove(id);
                if (waiting != null) {
                    waiting.accept(null);
                }
            });
        }

        private void send(ToOffice message) {
            Wire now = wire;
            if (now != null) {
                world.judge().deviceSays(PhoneNode.this, message);
                now.send(message.encode());
            }
        }
    }
}
