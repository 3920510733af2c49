package org.whodis.verify.simulation;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerException;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.federation.VersionRange;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.line.LineProof;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.http.MessageSocket;

/**
 * An office of strangers with a domain and a key of its own, and one person in it. It dials the others under its own name and
 * under theirs; once it is in, it replays, forges, doubles, skips, floods, answers what nobody asked, tries stolen lines,
 * claims other offices' people, speaks for devices that did not, and falls silent.
 */
final class RogueOffice implements OfficeLink.Program {
    /** More than may be under way in one direction. */
    private static final int FLOOD = 100;

    private static final int UNKNOWN_TYPE = 4_711;

    private final World world;
    private final Random random;
    private final Cast.Firm firm;
    private final Forgery own;
    private @Nullable Session session;

    RogueOffice(World world) {
        this.world = world;
        this.random = world.stream("rogue office");
        this.firm = world.cast().rogue;
        Cast.Person rolf = world.cast().rolf;
        this.own = new Forgery(world, random, rolf.chain(), rolf.keys.getFirst());
    }

    void begin() {
        world.in(4_000, this::act);
    }

    @Override
    public String name() {
        return "rogue";
    }

    @Override
    public void run(OfficeLink.End end, OfficeNode.Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    @Override
    public List<Bytes> say(OfficeLink.End end, Bytes message) {
        return List.of(message);
    }

    @Override
    public void forget(OfficeLink.End end) {
        if (session != null && session.end == end) {
            session = null;
        }
    }

    private void act() {
        Session now = session;
        if (world.isHealed()) {
            if (now != null) {
                now.end.link().cut();
            }
            return;
        }
        world.tally().hostileDeeds++;
        if (now == null) {
            dial();
        } else if (now.isIn) {
            now.doSomething();
        } else if (random.nextInt(4) == 0) {
            now.end.link().cut();
        }
        world.in(300 + random.nextInt(6_000), this::act);
    }

    private void dial() {
        OfficeNode victim = world.offices().get(random.nextInt(world.offices().size()));
        if (!victim.isUp()) {
            return;
        }
        OfficeLink link = new OfficeLink(world, this, victim);
        Session begun = new Session(link.dialler(), victim);
        link.dialler().listener(begun);
        session = begun;
        victim.accept(link.dialled());
    }

    /** One connection with an office. */
    private final class Session implements MessageSocket.Listener {
        private final OfficeLink.End end;
        private final OfficeNode victim;
        private final int face = random.nextInt(10);
        private long sequence;
        private boolean isIn;

        Session(OfficeLink.End end, OfficeNode victim) {
            this.end = end;
            this.victim = victim;
        }

        @Override
        public void message(Bytes message) {
            try {
                switch (PeerFrame.decode(message)) {
                    case PeerFrame.Greeting greeting -> greeted(greeting);
                    case PeerFrame.Proof _ -> isIn = true;
                    case PeerFrame.Ping _ -> send(new PeerFrame.Pong());
                    case PeerFrame.Request(long _, PeerRequest request) ->
                        send(new PeerFrame.Answer(
                                request.id(), new PeerAnswer.Applied(SubmitOutcome.ACCEPTED.encode())));
                    case PeerFrame.Answer _, PeerFrame.Opening _, PeerFrame.Skip _, PeerFrame.Pong _ -> {}
                }
            } catch (DecodeException e) {
                throw new Violation("an office sends what can be read", e.toString(), null);
            }
        }

        @Override
        public void writable() {}

        @Override
        public void closed() {
            session = null;
        }

        /** Mostly as itself; else as one of the two others, under a descriptor of its own making or under theirs. */
        private void greeted(PeerFrame.Greeting greeting) {
            OfficeNode claimed =
                    world.offices().get(random.nextInt(world.offices().size()));
            OfficeDomain domain = face < 6 ? firm.domain : claimed.firm.domain;
            SignedOfficeDescriptor descriptor = face < 6
                    ? firm.descriptor
                    : face < 8
                            ? world.cast().descriptor(domain, firm.key, firm.tlsSpkiSha256)
                            : claimed.firm.descriptor;
            PeerHandshake.Self self = new PeerHandshake.Self(domain, firm.key, descriptor, VersionRange.CURRENT);
            PeerHandshake.Dialler handshake =
                    new PeerHandshake.Dialler(world.primitives(), self, victim.firm.domain, victim.firm.tlsSpkiSha256);
            try {
                handshake.greeted(greeting);
                send(handshake.opening(greeting, Cast.bytes(random.nextLong())));
            } catch (PeerException e) {
                throw new Violation("an office greets as it should", e.toString(), null);
            }
        }

        private void doSomething() {
            switch (random.nextInt(14)) {
                case 0, 1 -> replay(false);
                case 2 -> replay(true);
                case 3, 4 -> speakFor();
                case 5, 6 -> call(own);
                case 7, 8 ->
                    call(new Forgery(
                            world,
                            random,
                            somebody().chain(),
                            somebody().devices.getFirst(),
                            firm.key));
                case 9 -> {
                    PeerRequest request = request(UNKNOWN_TYPE, Bytes.EMPTY);
                    for (int i = 0; i < 3; i++) {
                        send(new PeerFrame.Request(sequence++, request));
                    }
                }
                case 10 -> {
                    for (int i = 0; i < FLOOD; i++) {
                        send(new PeerFrame.Request(sequence++, request(UNKNOWN_TYPE + i, Bytes.EMPTY)));
                    }
                }
                case 11 ->
                    send(new PeerFrame.Request(sequence + 1 + random.nextInt(3), request(UNKNOWN_TYPE, Bytes.EMPTY)));
                case 12 -> answerWhatNobodyAsked();
                default -> end.send(own.random(1 + random.nextInt(60)));
            }
        }

        private void replay(boolean asItWas) {
            List<Envelope> all = world.judge().everything();
            if (!all.isEmpty()) {
                Envelope old = all.get(random.nextInt(all.size()));
                submit(asItWas ? old : renamed(old));
            }
        }

        /** Answers, notices and welcomes of devices that did not say them. */
        private void speakFor() {
            List<CallFacts> calls = world.judge().calls();
            if (calls.isEmpty()) {
                return;
            }
            CallFacts call = calls.get(random.nextInt(calls.size()));
            Cast.Person claimed = somebody();
            Forgery as = new Forgery(world, random, claimed.chain(), claimed.devices.getFirst(), firm.key);
            CallMessage message = switch (random.nextInt(4)) {
                case 0 -> as.answer(call.id, call.offerHash);
                case 1 -> as.notice(call.id, call.offerHash);
                case 2 -> as.welcome(call.id, call.offerHash);
                default -> as.group();
            };
            submit(as.envelope(
                    claimed.principal(),
                    as.device(),
                    call.caller.person().principal(),
                    random.nextBoolean() ? call.caller.id() : null,
                    call.id,
                    message.encode()));
        }

        /** By a line that was stolen, or without one. */
        private void call(Forgery as) {
            List<GivenLine> all = world.lines().all();
            GivenLine line = all.get(random.nextInt(all.size()));
            Offer plain = as.offer(line.issuer.chain());
            Offer offer = random.nextInt(4) == 0
                    ? plain
                    : plain.withLineProof(LineProof.make(
                                    world.primitives(),
                                    Cast.bytes(random.nextLong()),
                                    line.secret.key(world.primitives()),
                                    plain)
                            .encode());
            CallMessage.SignedOffer signed = as.signed(offer);
            submit(as.envelope(
                    as.principal(), as.device(), line.issuer.principal(), null, offer.callId(), signed.encode()));
        }

        private void answerWhatNobodyAsked() {
            List<Envelope> all = world.judge().everything();
            Bytes id = all.isEmpty()
                    ? own.random(PeerRequest.ID_LENGTH)
                    : all.get(random.nextInt(all.size())).id().value();
            send(new PeerFrame.Answer(id, new PeerAnswer.Applied(SubmitOutcome.ACCEPTED.encode())));
        }

        private void submit(Envelope envelope) {
            send(new PeerFrame.Request(
                    sequence++,
                    new PeerRequest(
                            envelope.id().value(), world.now() + 30_000, PeerType.ENVELOPE, envelope.encode())));
        }

        private void send(PeerFrame frame) {
            end.send(frame.encode());
        }
    }

    private PeerRequest request(int type, Bytes body) {
        return new PeerRequest(own.random(PeerRequest.ID_LENGTH), world.now() + 30_000, type, body);
    }

    private Cast.Person somebody() {
        List<Cast.Person> all = world.honest();
        return all.get(random.nextInt(all.size()));
    }

    private Envelope renamed(Envelope old) {
        return new Envelope(
                new EnvelopeId(own.random(EnvelopeId.LENGTH)),
                old.from(),
                old.fromDevice(),
                old.to(),
                old.toDevice(),
                old.callId(),
                world.now() + 60_000,
                old.message());
    }
}
