package org.whodis.core.message;

import static org.whodis.core.identity.People.DOMAIN;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;
import static org.whodis.core.identity.People.bytes;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.AddDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;

/** One value of every structure of protocol sections 2 to 6, and of every variant; the same ones on every run. */
final class Samples {
    /** How a structure is taken up again. */
    @FunctionalInterface
    interface Decoder {
        Encodable decode(Bytes encoded) throws DecodeException;
    }

    record Sample(String name, Encodable value, Decoder decoder) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final People people = new People(2);
    private final List<Sample> all = new ArrayList<>();

    static List<Sample> all() {
        Samples samples = new Samples();
        samples.identity();
        samples.call();
        samples.session();
        samples.admission();
        return List.copyOf(samples.all);
    }

    private void identity() {
        Person anna = people.person("Anna", NOW).addDevice(0, NOW);
        add("Genesis", decoded(() -> Genesis.decode(anna.genesis.genesis())), Genesis::decode);
        add("SignedGenesis", anna.genesis, SignedGenesis::decode);
        add(
                "AddDevice",
                decoded(() -> AddDevice.decode(anna.statements.getFirst().statement())),
                AddDevice::decode);
        add("SignedStatement", anna.statements.getFirst(), SignedStatement::decode);
        add("Chain", anna.wire(), UnverifiedChain::decode);
        add("Pin", Pin.of(anna.chain(), NOW), Pin::decode);
        OfficeDescriptor descriptor =
                new OfficeDescriptor(DOMAIN, people.office().publicKey(), random(32), random(32), NOW);
        add("OfficeDescriptor", descriptor, OfficeDescriptor::decode);
        add("SignedOfficeDescriptor", signedDescriptor(descriptor), SignedOfficeDescriptor::decode);
        add("LinkRequest", linkRequest(anna), LinkRequest::decode);
        add("Refusal", new Refusal(Refusal.NOT_KNOWN, "not known"), Refusal::decode);
        add("EnrolAsk", new Enrolment.Ask(secret()), Enrolment.Ask::decode);
        add("EnrolOpened", new Enrolment.Opened("Anna", "", DOMAIN, NOW), Enrolment.Opened::decode);
        add("EnrolCommit", new Enrolment.Commit(secret(), random(32)), Enrolment.Commit::decode);
        add("EnrolCommitted", new Enrolment.Committed(random(32)), Enrolment.Committed::decode);
        add(
                "EnrolReveal",
                new Enrolment.Reveal(secret(), anna.genesis.genesis(), anna.genesis.byDevice(), random(32)),
                Enrolment.Reveal::decode);
        add("EnrolPolled waiting", new Enrolment.Polled(Enrolment.State.WAITING, null), Enrolment.Polled::decode);
        add(
                "EnrolPolled confirmed",
                new Enrolment.Polled(Enrolment.State.CONFIRMED, anna.genesis),
                Enrolment.Polled::decode);
        add("LinkAsk", new Enrolment.LinkAsk(random(16)), Enrolment.LinkAsk::decode);
        add(
                "LinkPolled confirmed",
                new Enrolment.LinkPolled(Enrolment.State.CONFIRMED, anna.wire()),
                Enrolment.LinkPolled::decode);
        add(
                "LinkPolled refused",
                new Enrolment.LinkPolled(Enrolment.State.REFUSED, null),
                Enrolment.LinkPolled::decode);
    }

    private void call() {
        Person anna = people.person("Anna", NOW);
        VerifiedChain caller = anna.chain();
        VerifiedChain callee = people.person("Bert", NOW).chain();
        CallId id = new CallId(random(16));
        DeviceId device = anna.device(0);
        Bytes hash = random(32);
        Offer offer =
                new Offer(id, hash, Party.of(caller), device, Party.of(callee), List.of(0x004d), NOW, NOW + 45_000);
        add("Offer", offer, Offer::decode);
        Answer answer = new Answer(id, hash, random(32), device, random(32), 0x004d, random(300), NOW);
        add("Answer", answer, Answer::decode);
        CallWelcome welcome = new CallWelcome(id, hash, random(32), random(32), random(400));
        add("CallWelcome", welcome, CallWelcome::decode);
        Notice notice = new Notice(id, hash, Notice.Type.BUSY, NOW);
        add("Notice", notice, Notice::decode);
        CallCredential credential = new CallCredential(
                id,
                hash,
                caller.principal(),
                caller.head(),
                device,
                random(32),
                random(1216),
                Bytes.EMPTY,
                CallCredential.Role.PRINCIPAL,
                NOW);
        add("CallCredential", credential, CallCredential::decode);
        add(
                "SignedCallCredential",
                new SignedCallCredential(credential.encode(), signature()),
                SignedCallCredential::decode);
        add("GroupMessage connected", new GroupMessage.Connected(), GroupMessage::decode);
        add(
                "GroupMessage hangup",
                new GroupMessage.Hangup(GroupMessage.HangupReason.WORDS_DIFFER),
                GroupMessage::decode);
        UnverifiedChain chain = anna.wire();
        add(
                "CallMessage offer",
                new CallMessage.SignedOffer(offer.encode(), device, signature(), chain),
                CallMessage::decode);
        add(
                "CallMessage answer",
                new CallMessage.SignedAnswer(answer.encode(), device, signature(), chain),
                CallMessage::decode);
        add(
                "CallMessage welcome",
                new CallMessage.SignedWelcome(welcome.encode(), device, signature()),
                CallMessage::decode);
        add(
                "CallMessage notice",
                new CallMessage.SignedNotice(notice.encode(), device, signature()),
                CallMessage::decode);
        add("CallMessage group", new CallMessage.Group(random(70)), CallMessage::decode);
    }

    private void session() {
        Person anna = people.person("Anna", NOW);
        DeviceId device = anna.device(0);
        Envelope envelope = new Envelope(
                new EnvelopeId(random(16)),
                anna.chain().principal(),
                device,
                anna.chain().principal(),
                null,
                new CallId(random(16)),
                NOW,
                random(100));
        Envelope toOne = new Envelope(
                envelope.id(), envelope.from(), device, envelope.to(), device, envelope.callId(), NOW, Bytes.EMPTY);
        MediaJoin join = new MediaJoin(envelope.callId(), "abCD", "0123456789abcdefghiJ+/", random(32));
        MediaJoin withSsrc =
                new MediaJoin(envelope.callId(), "abCD", "0123456789abcdefghiJ+/", join.dtlsFingerprint(), 0xfedcba98L);
        MediaJoined joined = new MediaJoined(
                "127.0.0.1",
                3478,
                "abCD",
                "0123456789abcdefghiJ+/",
                random(32),
                0xfedcba98L,
                new TurnAccess("name-_", "pass-_word", Bytes.of(new byte[] {127, 0, 0, 1})));
        SessionProof proof = SessionProof.create(
                PRIMITIVES,
                people.random(),
                new SessionProof.Connection(people.officeKey(), random(32), random(32)),
                anna.chain().principal(),
                anna.keys.getFirst());
        OfficeDescriptor descriptor =
                new OfficeDescriptor(DOMAIN, people.office().publicKey(), random(32), random(32), NOW);

        add("Envelope", envelope, Envelope::decode);
        add("Envelope to one device", toOne, Envelope::decode);
        add("Delivery", new Delivery(7, Delivery.Kind.MISSED, NOW, envelope), Delivery::decode);
        add("SubmitOutcome", SubmitOutcome.ANSWERED_ELSEWHERE, SubmitOutcome::decode);
        add("MediaJoin", join, MediaJoin::decode);
        add("MediaJoin with ssrc", withSsrc, MediaJoin::decode);
        add("MediaJoined", joined, MediaJoined::decode);
        add("DirectoryPage", new DirectoryPage(List.of(anna.wire()), true), DirectoryPage::decode);

        add("ToOffice authenticate", new ToOffice.Authenticate(1, proof), ToOffice::decode);
        add("ToOffice submit", new ToOffice.Submit(2, envelope), ToOffice::decode);
        add("ToOffice acknowledge", new ToOffice.Acknowledge(3, 7), ToOffice::decode);
        add("ToOffice directory", new ToOffice.Directory(4, null), ToOffice::decode);
        add("ToOffice directory after", new ToOffice.Directory(4, envelope.to()), ToOffice::decode);
        add("ToOffice media_join", new ToOffice.JoinMedia(5, join), ToOffice::decode);
        add("ToOffice media_leave", new ToOffice.LeaveMedia(6, envelope.callId()), ToOffice::decode);
        add("ToOffice link_open", new ToOffice.LinkOpen(7, random(16)), ToOffice::decode);
        add(
                "ToOffice chain_append",
                new ToOffice.ChainAppend(
                        8,
                        people.person("Carl", NOW).addDevice(0, NOW).statements.getFirst()),
                ToOffice::decode);
        add("ToOffice ping", new ToOffice.Ping(0xffff_ffffL), ToOffice::decode);

        add(
                "FromOffice office_hello",
                new FromOffice.OfficeHello(signedDescriptor(descriptor), random(32), NOW),
                FromOffice::decode);
        add("FromOffice authenticated", new FromOffice.Authenticated(NOW), FromOffice::decode);
        add("FromOffice response", new FromOffice.Response(2, false, random(5)), FromOffice::decode);
        add(
                "FromOffice delivery",
                new FromOffice.Deliver(new Delivery(8, Delivery.Kind.LIVE, NOW, toOne)),
                FromOffice::decode);
        add("FromOffice link_arrived", new FromOffice.LinkArrived(linkRequest(anna)), FromOffice::decode);
        add("FromOffice pong", new FromOffice.Pong(9, NOW), FromOffice::decode);
        add(
                "FromOffice media_lost",
                new FromOffice.MediaLost(new CallId(Bytes.fromHex("000102030405060708090a0b0c0d0e0f"))),
                FromOffice::decode);
        add("FromOffice person_news", new FromOffice.PersonNews(anna.wire()), FromOffice::decode);
    }

    private LinkRequest linkRequest(Person person) {
        DeviceLink link = new DeviceLink(
                DOMAIN, secret(), people.officeKey(), person.chain().principal());
        return LinkRequest.create(PRIMITIVES, people.random(), link, person.keys.getFirst(), DeviceKind.BROWSER);
    }

    private SignedOfficeDescriptor signedDescriptor(OfficeDescriptor descriptor) {
        return new SignedOfficeDescriptor(descriptor.encode(), signature());
    }

    private HybridSignature signature() {
        return new HybridSignature(random(64), random(3309));
    }

    private Secret secret() {
        return Secret.owning(people.random().next(16));
    }

    private Bytes random(int count) {
        return bytes(people.random(), count);
    }

    private void admission() {
        Person anna = people.person("Anna", NOW);
        VerifiedChain side = anna.chain();
        Person carl = people.person("Carl", NOW);
        Admission admission = new Admission(
                new CallId(random(16)),
                random(32),
                7,
                side.principal(),
                anna.device(0),
                carl.chain().principal(),
                carl.chain().head(),
                carl.device(0),
                CallCredential.Role.INTERPRETER,
                NOW);
        add("Admission", admission, Admission::decode);
        add("SignedAdmission", new SignedAdmission(admission.encode(), signature()), SignedAdmission::decode);
    }

    private void add(String name, Encodable value, Decoder decoder) {
        all.add(new Sample(name, value, decoder));
    }

    /** A value that only its codec gives. */
    @FunctionalInterface
    private interface Decoding {
        Encodable get() throws DecodeException;
    }

    private static Encodable decoded(Decoding decoding) {
        try {
            return decoding.get();
        } catch (DecodeException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
