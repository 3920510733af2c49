package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.XWing;
import org.whodis.core.line.Knock;
import org.whodis.core.line.LineDecision;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineRedemption;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.RedemptionAnswer;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Party;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.store.LineStore;

/**
 * After the last call of a world with two offices: one person of the first gives an open line, and two people of the second,
 * of whom one has stolen it, redeem it again and again, while offices die and lose each other; one of them knocks, too. Then
 * everything heals once more.
 *
 * <p>It comes after everything else in a world, and its chance is of streams of its own, so that what came before is as it
 * always was.
 */
final class Exchange {
    private static final String REDEMPTION = "an acknowledged redemption is neither lost nor doubled";
    private static final String KNOCK = "a knock waits once, and never after it was dismissed";

    private static final long DISTURBED_MILLIS = 60_000;

    /** Longer than the minute in which attempts are counted, and than an office is dead. */
    private static final long HEALING_MILLIS = 90_000;

    /** Longest way of a request through both offices and back, with the constant answer's delay. */
    private static final long PATIENCE_MILLIS = 12_000;

    private final World world;
    private final Random random;
    private final RandomBytes bytes;
    private final OfficeNode office;
    private final Cast.Person issuer;
    private final List<Cast.Person> redeemers;
    private final LineSecret secret;
    private final HybridKeyPair lineKey;
    private final SignedByDevice issue;
    private final Knock.Signed knock;
    private final Bytes knockNonce;

    /** Those who were told that they are the one. */
    private final Set<Cast.Person> acknowledged = new HashSet<>();

    Exchange(World world) {
        this.world = world;
        this.random = world.stream("exchange");
        this.bytes = Cast.bytes(world.mix("keys of the exchange"));
        this.office = world.offices().getFirst();
        this.issuer = any(world.cast().honest);
        this.redeemers = world.cast().abroad;
        this.secret = LineSecret.generate(bytes);
        this.lineKey = secret.key(world.primitives());
        LineIssue said = new LineIssue(
                secret.id(world.primitives()),
                Party.of(issuer.chain()),
                null,
                LineTerms.STANDARD,
                Bytes.of(bytes.next(64)),
                SealedBox.empty(),
                null,
                world.now());
        this.issue = SignedByDevice.sign(world.primitives(), bytes, issuer.keys.getFirst(), LineIssue.LABEL, said);
        this.knockNonce = Bytes.of(bytes.next(Knock.NONCE_LENGTH));
        this.knock = knock(redeemers.getFirst());
    }

    void mustHold() {
        world.timeline().fault(world.now(), issuer.name + " gives a line that two redeem");
        office.enterLine(
                new LineFacts(
                        secret.id(world.primitives()),
                        issuer.principal(),
                        LineFacts.State.OPEN,
                        null,
                        LineTerms.STANDARD),
                issue,
                issuer.principal());
        disturb();
        heal();

        for (Cast.Person person : redeemers) {
            require(REDEMPTION, told(person), person.name + " gets no answer after everything has healed");
        }
        require(
                REDEMPTION,
                acknowledged.size() == 1,
                acknowledged.size() + " people were told that an open line is theirs");
        Cast.Person holder = acknowledged.iterator().next();
        requireHeldBy(holder, LineFacts.State.WAITING);
        requireTheOtherIsAnIncident(holder);
        decideAndDie(holder);
        requireHeldBy(holder, LineFacts.State.BOUND);

        knockOnce();
        require(
                KNOCK,
                office.knocks().equals(List.of(knock.encode())),
                office.knocks().size() + " wait, not one");
        dismissAndDie();
        knockOnce();
        require(KNOCK, office.knocks().isEmpty(), "it waits again although it was dismissed");
        world.tally().exchanges++;
    }

    private void disturb() {
        long end = world.now() + DISTURBED_MILLIS;
        for (Cast.Person person : redeemers) {
            redeemNowAndThen(person, end);
        }
        knockNowAndThen(end);
        for (int i = 0; i < 2; i++) {
            world.in(2_000 + random.nextInt(40_000), () -> any(world.offices()).dieSoon());
        }
        world.in(2_000 + random.nextInt(40_000), () -> {
            int millis = 1_000 + random.nextInt(20_000);
            world.timeline().fault(world.now(), "the offices cannot reach each other for " + millis + " ms");
            world.network().part(Network.OFFICES, millis);
        });
        world.runUntil(end);
    }

    private void heal() {
        world.timeline().fault(world.now(), "everything heals once more");
        world.network().heal();
        world.offices().forEach(OfficeNode::startIfDead);
        world.runUntil(world.now() + HEALING_MILLIS);
    }

    private void redeemNowAndThen(Cast.Person person, long end) {
        world.in(500 + random.nextInt(8_000), () -> {
            if (world.now() < end) {
                PhoneNode phone = any(world.phonesOf(person));
                if (phone.isOnline()) {
                    redeem(phone, person);
                }
                redeemNowAndThen(person, end);
            }
        });
    }

    private void knockNowAndThen(long end) {
        world.in(1_000 + random.nextInt(20_000), () -> {
            PhoneNode phone = world.phonesOf(redeemers.getFirst()).getFirst();
            if (world.now() < end) {
                if (phone.isOnline()) {
                    sendKnock(phone);
                }
                knockNowAndThen(end);
            }
        });
    }

    /** Whether {@code person} hears what became of the line. */
    private boolean told(Cast.Person person) {
        PhoneNode phone = world.phonesOf(person).getFirst();
        boolean[] answered = new boolean[1];
        redeem(phone, person, response -> answered[0] = response);
        return soon(() -> answered[0]);
    }

    private void redeem(PhoneNode phone, Cast.Person person) {
        redeem(phone, person, _ -> {});
    }

    private interface Told {
        void that(boolean isAnswered);
    }

    private void redeem(PhoneNode phone, Cast.Person person, Told told) {
        LineRedemption said = new LineRedemption(
                secret.id(world.primitives()),
                lineKey.publicKey(),
                Party.of(person.chain()),
                phone.id(),
                office.firm.domain,
                Bytes.of(new byte[XWing.PUBLIC_KEY_LENGTH]),
                null,
                Bytes.of(bytes.next(LineRedemption.NONCE_LENGTH)),
                world.now(),
                world.now() + 30_000);
        SignedRedemption signed = SignedRedemption.sign(
                world.primitives(),
                bytes,
                said,
                lineKey,
                phone.key(),
                person.chain().wire(),
                person.firm.key.publicKey());
        ask(phone, new LineRequest.Redeem(signed), response -> {
            RedemptionAnswer answer = answer(response);
            told.that(answer != null);
            if (answer instanceof RedemptionAnswer.Known) {
                acknowledged.add(person);
                require(REDEMPTION, acknowledged.size() == 1, "two people were told that an open line is theirs");
                requireWritten(person);
            } else if (answer != null) {
                require(
                        REDEMPTION,
                        !acknowledged.contains(person),
                        person.name + " was told that the line is theirs, and now that it is not");
            }
        });
    }

    private static @Nullable RedemptionAnswer answer(FromOffice.@Nullable Response response) {
        if (response == null || !response.ok()) {
            return null;
        }
        try {
            return RedemptionAnswer.decode(response.body());
        } catch (DecodeException e) {
            throw new Violation("an office says what can be read", e.toString(), null);
        }
    }

    private void requireWritten(Cast.Person person) {
        LineStore.Line line = office.line(secret.id(world.primitives()));
        require(
                REDEMPTION,
                line != null
                        && LineHolder.of(Party.of(person.chain()))
                                .equals(line.facts().holder()),
                person.name + " was told that the line is theirs, and the office has not written it");
    }

    private void requireHeldBy(Cast.Person person, LineFacts.State state) {
        requireWritten(person);
        LineStore.Line line = office.line(secret.id(world.primitives()));
        require(REDEMPTION, line != null && line.facts().state() == state, "the line is not " + state);
    }

    /** At the latest by what the other one tried after everything had healed. */
    private void requireTheOtherIsAnIncident(Cast.Person holder) {
        boolean[] seen = new boolean[1];
        for (LineIncident each : office.incidents(secret.id(world.primitives()))) {
            boolean isHolder = each.claimed().principal().equals(holder.principal());
            require(REDEMPTION, !isHolder, "the holder's own redemption is an incident");
            seen[0] |= each.kind() == LineIncident.Kind.SECOND_REDEEMER && each.proved();
        }
        require(REDEMPTION, seen[0], "nobody is told that a second one tried the line");
    }

    private void decideAndDie(Cast.Person holder) {
        PhoneNode phone = world.phonesOf(issuer).getFirst();
        LineDecision said = new LineDecision(
                secret.id(world.primitives()),
                LineHolder.of(Party.of(holder.chain())),
                Bytes.of(new byte[32]),
                true,
                world.now());
        SignedByDevice signed = SignedByDevice.sign(world.primitives(), bytes, phone.key(), LineDecision.LABEL, said);
        boolean[] done = new boolean[1];
        ask(phone, new LineRequest.Decide(signed), response -> done[0] = response != null && response.ok());
        require(REDEMPTION, soon(() -> done[0]), "the issuer cannot approve");
        dieAndComeBack();
    }

    private void knockOnce() {
        PhoneNode phone = world.phonesOf(redeemers.getFirst()).getFirst();
        require(KNOCK, phone.isOnline(), phone + " is not online");
        sendKnock(phone);
        world.runUntil(world.now() + PATIENCE_MILLIS);
    }

    private void dismissAndDie() {
        PhoneNode phone = world.phonesOf(issuer).getFirst();
        boolean[] done = new boolean[1];
        ask(phone, new LineRequest.DismissKnock(knockNonce), response -> done[0] = response != null && response.ok());
        require(KNOCK, soon(() -> done[0]), "the desk cannot dismiss it");
        dieAndComeBack();
    }

    private void dieAndComeBack() {
        office.dieNow();
        office.startIfDead();
        world.runUntil(world.now() + HEALING_MILLIS);
    }

    private void sendKnock(PhoneNode phone) {
        ask(phone, new LineRequest.KnockAt(knock), _ -> {});
    }

    private interface Answered {
        void with(FromOffice.@Nullable Response response);
    }

    private static void ask(PhoneNode phone, LineRequest request, Answered answered) {
        Bytes encoded = request.encode();
        phone.say(id -> new ToOffice.Line(id, encoded), answered::with);
    }

    private boolean soon(BooleanSupplier condition) {
        long end = world.now() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean() && world.now() < end) {
            world.runUntil(world.now() + 100);
        }
        return condition.getAsBoolean();
    }

    private Knock.Signed knock(Cast.Person by) {
        Knock said = new Knock(
                Party.of(by.chain()),
                by.devices.getFirst(),
                office.firm.domain,
                issuer.name,
                "Please call me back.",
                knockNonce,
                world.now(),
                world.now() + Knock.MAX_LIFETIME_MILLIS);
        return new Knock.Signed(
                SignedByDevice.sign(world.primitives(), bytes, by.keys.getFirst(), Knock.LABEL, said),
                by.chain().wire(),
                by.firm.key.publicKey());
    }

    private static void require(String invariant, boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(invariant, otherwise, null);
        }
    }

    private <T> T any(List<T> all) {
        return new ArrayList<>(all).get(random.nextInt(all.size()));
    }
}
