package org.whodis.verify.simulation;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.call.Submission;

/**
 * Somebody enrolled who is hostile. It has a phone like everybody's, so that it can be in calls, and beside that says
 * whatever can be said: it has seen everything that anybody ever submitted, and has its own keys.
 */
final class HostilePeer {
    private final World world;
    private final Random random;
    private final PhoneNode phone;
    private final Forgery own;
    private final Forgery impostor;

    HostilePeer(World world) {
        this.world = world;
        this.random = world.stream("hostile peer");
        Cast.Person mallory = world.cast().mallory;
        this.phone = world.phonesOf(mallory).getFirst();
        this.own = new Forgery(world, random, mallory.chain(), mallory.keys.getFirst());
        this.impostor = new Forgery(world, random, world.cast().impostor, world.cast().impostorKey);
    }

    void begin() {
        world.in(5_000, this::act);
    }

    private void act() {
        if (world.isHealed()) {
            return;
        }
        if (phone.isOnline()) {
            world.tally().hostileDeeds++;
            doSomething();
        }
        world.in(1_000 + random.nextInt(9_000), this::act);
    }

    private void doSomething() {
        switch (random.nextInt(12)) {
            case 0, 1 -> replay();
            case 2, 3 -> speakIn(anyCall());
            case 4 -> call();
            case 5 -> callAsImpostor();
            case 6, 7 -> speakIn(anyCall());
            case 8 -> joinMedia();
            case 9 -> say(id -> new ToOffice.LeaveMedia(id, callOr(anyCall())));
            case 10 ->
                say(id ->
                        new ToOffice.Acknowledge(id, random.nextInt(3) == 0 ? Long.MAX_VALUE / 2 : random.nextInt(50)));
            default -> appendToAChain();
        }
    }

    /** What others said, as it was or under its own name. */
    private void replay() {
        List<Envelope> all = world.judge().everything();
        if (all.isEmpty()) {
            return;
        }
        Envelope old = all.get(random.nextInt(all.size()));
        EnvelopeId fresh = new EnvelopeId(own.random(EnvelopeId.LENGTH));
        long deadline = world.now() + 60_000;
        Envelope said = switch (random.nextInt(3)) {
            case 0 -> old;
            case 1 ->
                new Envelope(
                        fresh,
                        old.from(),
                        old.fromDevice(),
                        old.to(),
                        old.toDevice(),
                        old.callId(),
                        deadline,
                        old.message());
            default ->
                new Envelope(
                        fresh,
                        own.principal(),
                        own.device(),
                        random.nextBoolean() ? old.to() : old.from(),
                        null,
                        old.callId(),
                        deadline,
                        old.message());
        };
        if (!said.to().equals(own.principal())) {
            submit(said);
        }
    }

    /** A message of any kind in a call, its own or not. */
    private void speakIn(@Nullable CallFacts call) {
        if (call == null) {
            return;
        }
        CallMessage message = switch (random.nextInt(4)) {
            case 0 -> own.answer(call.id, call.offerHash);
            case 1 -> own.welcome(call.id, call.offerHash);
            case 2 -> own.notice(call.id, call.offerHash);
            default -> own.group();
        };
        boolean toCaller = random.nextBoolean() && call.caller.isHonest();
        PrincipalId to = toCaller || call.callee.equals(own.principal())
                ? call.caller.person().principal()
                : call.callee;
        if (to.equals(own.principal())) {
            return;
        }
        submit(own.envelope(
                random.nextInt(4) == 0 ? call.caller.person().principal() : own.principal(),
                own.device(),
                to,
                random.nextBoolean() && toCaller ? call.caller.id() : null,
                call.id,
                message.encode()));
    }

    /** Rings and then does not do what callers do. */
    private void call() {
        Cast.Person victim = somebody();
        Offer offer = own.offer(victim.chain());
        Envelope envelope = own.envelope(
                own.principal(),
                own.device(),
                victim.principal(),
                null,
                offer.callId(),
                own.signed(offer).encode());
        world.judge().offered(phone, envelope, offer.encode());
        submit(envelope);
    }

    private void callAsImpostor() {
        Cast.Person victim = somebody();
        Offer offer = impostor.offer(victim.chain());
        submit(own.envelope(
                random.nextBoolean() ? impostor.principal() : own.principal(),
                random.nextBoolean() ? impostor.device() : own.device(),
                victim.principal(),
                null,
                offer.callId(),
                impostor.signed(offer).encode()));
    }

    private void joinMedia() {
        CallFacts call = anyCall();
        if (call != null) {
            MediaJoin join = new MediaJoin(call.id, "simulation", "simulationsimulationsimulation", own.random(32));
            say(id -> new ToOffice.JoinMedia(id, join));
        }
    }

    private void appendToAChain() {
        List<SignedStatement> statements = somebodyWithTwo().chain().wire().statements();
        phone.say(id -> new ToOffice.ChainAppend(id, statements.getFirst()), response -> {
            if (response != null && response.ok()) {
                throw new Violation("nobody extends the chain of another", "it was accepted", null);
            }
        });
    }

    private void submit(Envelope envelope) {
        world.timeline()
                .message(
                        world.now(),
                        phone.name(),
                        phone.office().name(),
                        envelope.callId(),
                        () -> "forged: " + Wording.of(envelope));
        phone.say(id -> new ToOffice.Submit(id, envelope), response -> judge(envelope, response));
    }

    /** Who has no part in a call learns nothing of it and does nothing to it. */
    private void judge(Envelope envelope, FromOffice.@Nullable Response response) {
        CallFacts call = world.judge().call(envelope.callId());
        boolean isParty = call == null || call.caller == phone || call.callee.equals(own.principal());
        if (response == null || !response.ok() || isParty || world.had(Fault.HOSTILE_OFFICE)) {
            return;
        }
        try {
            SubmitOutcome outcome = SubmitOutcome.decode(response.body());
            boolean tellsNothing = switch (outcome) {
                case NOT_ALLOWED, EXPIRED, DUPLICATE -> true;
                // The answer that everybody gets who tries a line without a right to it.
                case UNKNOWN_RECIPIENT -> world.isFederated() && Submission.isOffer(envelope);
                case ACCEPTED, OFFLINE, ANSWERED_ELSEWHERE, TOO_MANY -> false;
            };
            if (!tellsNothing) {
                throw new Violation(
                        "who has no part in a call learns nothing of it",
                        phone + " was told " + outcome + " for " + Wording.of(envelope),
                        envelope.callId());
            }
        } catch (DecodeException e) {
            throw new Violation("an office sends what can be read", e.toString(), envelope.callId());
        }
    }

    private void say(java.util.function.LongFunction<ToOffice> request) {
        phone.say(request, _ -> {});
    }

    private @Nullable CallFacts anyCall() {
        List<CallFacts> all = world.judge().calls();
        // The latest are the ones in which something goes on.
        int from = Math.max(0, all.size() - 4);
        return all.isEmpty() ? null : all.get(from + random.nextInt(all.size() - from));
    }

    private CallId callOr(@Nullable CallFacts call) {
        return call == null ? new CallId(own.random(CallId.LENGTH)) : call.id;
    }

    private Cast.Person somebody() {
        List<Cast.Person> people = world.honest();
        return people.get(random.nextInt(people.size()));
    }

    private Cast.Person somebodyWithTwo() {
        while (true) {
            Cast.Person person = somebody();
            if (person.devices.size() > 1) {
                return person;
            }
        }
    }
}
