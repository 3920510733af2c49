package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * A hostile hand inside an office. It holds every session and has read every envelope, but no device's key: it withholds,
 * repeats, reorders, redirects, forges senders, swaps chains, flips bits, invents callers, and lies about what it took. Where
 * there are two offices it is in the second, and does the same towards the first, under the keys of its office.
 */
final class Meddler {
    private final World world;
    private final Random random;
    private final Forgery impostor;

    Meddler(World world) {
        this.world = world;
        this.random = world.stream("meddler");
        this.impostor = new Forgery(world, random, world.cast().impostor, world.cast().impostorKey);
    }

    /** What goes out instead of {@code message}. */
    List<Bytes> meddle(Wire wire, Bytes message) {
        PhoneNode phone = world.phoneNamed(wire.deviceName());
        if (phone == null || random.nextInt(4) != 0) {
            return List.of(message);
        }
        try {
            return switch (FromOffice.decode(message)) {
                case FromOffice.Deliver(Delivery delivery) -> deliver(wire, phone, delivery);
                case FromOffice.Response(long id, boolean ok, Bytes body)
                when ok && body.length() == 1 -> answer(id, message);
                case FromOffice.Response _,
                        FromOffice.OfficeHello _,
                        FromOffice.Authenticated _,
                        FromOffice.LinkArrived _,
                        FromOffice.LineNews _,
                        FromOffice.PersonNews _,
                        FromOffice.MediaLost _,
                        FromOffice.Pong _ -> List.of(message);
            };
        } catch (DecodeException e) {
            throw new Violation("an office sends what can be read", e.toString(), null);
        }
    }

    // Towards the other office ----------------------------------------------------------------------------------------

    /** How the requests of one connection are numbered: what is added, held back and repeated must not show. */
    private static final class Numbering {
        long next;

        @Nullable
        PeerRequest held;
    }

    private final Map<OfficeLink.End, Numbering> numbering = new HashMap<>();

    /** What goes to another office instead of {@code message}. */
    List<Bytes> meddle(OfficeLink.End end, Bytes message) {
        try {
            return switch (PeerFrame.decode(message)) {
                case PeerFrame.Request(long _, PeerRequest request) -> request(end, request);
                case PeerFrame.Skip _ -> List.of();
                case PeerFrame.Answer(Bytes id, PeerAnswer honest) -> answer(id, honest);
                case PeerFrame.Greeting _, PeerFrame.Opening _, PeerFrame.Proof _, PeerFrame.Ping _, PeerFrame.Pong _ ->
                    List.of(message);
            };
        } catch (DecodeException e) {
            throw new Violation("an office sends what can be read", e.toString(), null);
        }
    }

    private List<Bytes> request(OfficeLink.End end, PeerRequest request) throws DecodeException {
        Numbering numbers = numbering.computeIfAbsent(end, _ -> new Numbering());
        List<PeerRequest> said = new ArrayList<>();
        boolean isEnvelope = request.type() == PeerType.ENVELOPE;
        int deed = random.nextInt(20);
        switch (isEnvelope || deed < 3 ? deed : -1) {
            case 0 -> {
                // Withheld.
            }
            case 1 -> {
                said.add(request);
                said.add(request);
            }
            case 2 -> {
                // Comes behind the next one.
                numbers.held = request;
            }
            case 3 -> said.add(as(fromSomebodyElse(Envelope.decode(request.body()))));
            case 4 -> {
                said.add(request);
                said.add(as(fresh(any(Envelope.decode(request.body())))));
            }
            case 5 -> {
                said.add(as(ofADeviceThatDidNot(Envelope.decode(request.body()))));
                said.add(request);
            }
            case 6 -> said.add(as(withFlippedBit(Envelope.decode(request.body()))));
            case 7 -> said.add(as(withAnotherChain(Envelope.decode(request.body()))));
            default -> said.add(request);
        }
        PeerRequest held = numbers.held;
        if (held != null && !held.equals(request)) {
            said.add(held);
            numbers.held = null;
        }
        List<Bytes> out = new ArrayList<>();
        said.forEach(each -> out.add(new PeerFrame.Request(numbers.next++, each).encode()));
        world.tally().hostileDeeds += said.equals(List.of(request)) ? 0 : 1;
        return out;
    }

    private List<Bytes> answer(Bytes id, PeerAnswer honest) {
        SubmitOutcome[] all = SubmitOutcome.values();
        PeerFrame.Answer lie =
                new PeerFrame.Answer(id, new PeerAnswer.Applied(all[random.nextInt(all.length)].encode()));
        PeerFrame.Answer truth = new PeerFrame.Answer(id, honest);
        return switch (random.nextInt(16)) {
            case 0 -> List.of();
            case 1 -> List.of(lie.encode());
            case 2 -> List.of(new PeerFrame.Answer(id, new PeerAnswer.Refused(random.nextInt(12))).encode());
            case 3 -> List.of(truth.encode(), truth.encode());
            case 4 -> List.of(truth.encode(), lie.encode());
            default -> List.of(truth.encode());
        };
    }

    private PeerRequest as(Envelope envelope) {
        return new PeerRequest(envelope.id().value(), world.now() + 30_000, PeerType.ENVELOPE, envelope.encode());
    }

    /** An answer in the call of {@code envelope}, in the name of a device that has not given it. */
    private Envelope ofADeviceThatDidNot(Envelope envelope) {
        List<Cast.Person> all = world.honest();
        Cast.Person real = all.get(random.nextInt(all.size()));
        Forgery as = new Forgery(world, random, real.chain(), real.devices.getLast(), world.cast().impostorKey);
        CallFacts call = world.judge().call(envelope.callId());
        CallMessage message = call == null || random.nextInt(3) == 0
                ? as.group()
                : random.nextBoolean() ? as.answer(call.id, call.offerHash) : as.notice(call.id, call.offerHash);
        return as.envelope(
                real.principal(), as.device(), envelope.to(), envelope.toDevice(), envelope.callId(), message.encode());
    }

    // Towards its own devices -----------------------------------------------------------------------------------------

    private List<Bytes> answer(long id, Bytes honest) {
        SubmitOutcome[] all = SubmitOutcome.values();
        SubmitOutcome lie = all[random.nextInt(all.length)];
        return switch (random.nextInt(4)) {
            case 0 -> List.of();
            case 1 -> List.of(new FromOffice.Response(id, true, lie.encode()).encode());
            default -> List.of(honest);
        };
    }

    private List<Bytes> deliver(Wire wire, PhoneNode phone, Delivery delivery) {
        world.tally().hostileDeeds++;
        Envelope envelope = delivery.envelope();
        int deed = random.nextInt(11);
        world.timeline()
                .message(
                        world.now(),
                        "meddler",
                        phone.name(),
                        envelope.callId(),
                        () -> DEEDS.get(deed) + " " + Wording.of(envelope));
        return switch (deed) {
            case 0 -> List.of();
            case 1 -> List.of(encode(delivery, envelope), encode(delivery, envelope));
            case 2 -> {
                wire.socket().sendLater(encode(delivery, envelope), random.nextInt(15_000));
                yield List.of();
            }
            case 3 -> List.of(encode(delivery, envelope), encode(delivery, fresh(any(envelope))));
            case 4 -> List.of(encode(delivery, fromSomebodyElse(envelope)));
            case 5 -> List.of(encode(delivery, withAnotherChain(envelope)));
            case 6 -> List.of(encode(delivery, withFlippedBit(envelope)));
            case 7 ->
                List.of(new FromOffice.Deliver(new Delivery(
                                delivery.sequence(), other(delivery.kind()), delivery.receivedAt(), envelope))
                        .encode());
            case 8 -> List.of(encode(delivery, addressedTo(any(envelope), phone)));
            case 9 -> List.of(encode(delivery, envelope), encode(delivery, invented(phone)));
            default -> List.of(encode(delivery, anyTo(envelope, phone)), encode(delivery, envelope));
        };
    }

    private static final List<String> DEEDS = List.of(
            "withholds",
            "repeats",
            "delays",
            "adds an old one to",
            "forges the sender of",
            "swaps the chain of",
            "flips a bit of",
            "changes the kind of",
            "redirects another for",
            "invents an offer beside",
            "puts another before");

    private static Bytes encode(Delivery as, Envelope envelope) {
        return new FromOffice.Deliver(new Delivery(as.sequence(), as.kind(), as.receivedAt(), envelope)).encode();
    }

    private static Delivery.Kind other(Delivery.Kind kind) {
        return kind == Delivery.Kind.LIVE ? Delivery.Kind.MISSED : Delivery.Kind.LIVE;
    }

    private Envelope fromSomebodyElse(Envelope envelope) {
        List<Cast.Person> all = world.cast().enrolled();
        Cast.Person other = all.get(random.nextInt(all.size()));
        DeviceId device = other.devices.get(random.nextInt(other.devices.size()));
        return copy(envelope, other.principal(), device, envelope.to(), envelope.toDevice(), envelope.message());
    }

    private Envelope withAnotherChain(Envelope envelope) {
        List<Cast.Person> all = world.cast().enrolled();
        UnverifiedChain chain = random.nextBoolean()
                ? world.cast().impostor.wire()
                : all.get(random.nextInt(all.size())).chain().wire();
        CallMessage message = decode(envelope);
        Bytes changed = switch (message) {
            case CallMessage.SignedOffer it ->
                new CallMessage.SignedOffer(it.signed(), it.device(), it.byDevice(), chain).encode();
            case CallMessage.SignedAnswer it ->
                new CallMessage.SignedAnswer(it.signed(), it.device(), it.byDevice(), chain).encode();
            case CallMessage.SignedWelcome _, CallMessage.SignedNotice _, CallMessage.Group _ -> envelope.message();
        };
        return copy(envelope, envelope.from(), envelope.fromDevice(), envelope.to(), envelope.toDevice(), changed);
    }

    private Envelope withFlippedBit(Envelope envelope) {
        byte[] message = envelope.message().toArray();
        message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
        return copy(
                envelope,
                envelope.from(),
                envelope.fromDevice(),
                envelope.to(),
                envelope.toDevice(),
                Bytes.of(message));
    }

    private Envelope addressedTo(Envelope envelope, PhoneNode phone) {
        return copy(
                envelope, envelope.from(), envelope.fromDevice(), phone.person().principal(), null, envelope.message());
    }

    /** A call of Anna's who is nobody the office has signed, or of somebody real who has not signed it. */
    private Envelope invented(PhoneNode phone) {
        List<Cast.Person> all = world.cast().honest;
        Cast.Person real = all.get(random.nextInt(all.size()));
        boolean isOwn = real == phone.person();
        Forgery forger = isOwn || random.nextBoolean()
                ? impostor
                : new Forgery(world, random, real.chain(), real.devices.getFirst(), world.cast().impostorKey);
        Offer offer = forger.offer(phone.person().chain());
        return forger.envelope(
                forger.principal(),
                forger.device(),
                phone.person().principal(),
                null,
                offer.callId(),
                forger.signed(offer).encode());
    }

    /** Another envelope that really is for this phone, out of turn and under a new id. */
    private Envelope anyTo(Envelope otherwise, PhoneNode phone) {
        List<Envelope> all = world.judge().everything().stream()
                .filter(each -> each.to().equals(phone.person().principal())
                        || each.from().equals(phone.person().principal()))
                .toList();
        return all.isEmpty() ? otherwise : fresh(all.get(random.nextInt(all.size())));
    }

    private Envelope any(Envelope otherwise) {
        List<Envelope> all = world.judge().everything();
        return all.isEmpty() ? otherwise : all.get(random.nextInt(all.size()));
    }

    private Envelope fresh(Envelope envelope) {
        return copy(
                envelope,
                envelope.from(),
                envelope.fromDevice(),
                envelope.to(),
                envelope.toDevice(),
                envelope.message());
    }

    private Envelope copy(
            Envelope envelope,
            org.whodis.core.identity.PrincipalId from,
            DeviceId fromDevice,
            org.whodis.core.identity.PrincipalId to,
            @Nullable DeviceId toDevice,
            Bytes message) {
        return new Envelope(
                new EnvelopeId(impostor.random(EnvelopeId.LENGTH)),
                from,
                fromDevice,
                to,
                toDevice,
                envelope.callId(),
                world.now() + 60_000,
                message);
    }

    private static CallMessage decode(Envelope envelope) {
        try {
            return CallMessage.decode(envelope.message());
        } catch (DecodeException e) {
            throw new IllegalStateException(e);
        }
    }
}
