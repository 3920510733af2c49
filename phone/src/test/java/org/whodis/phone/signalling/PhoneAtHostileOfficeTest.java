package org.whodis.phone.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.DirectoryPage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.audio.AudioUnavailableException;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.PhoneState;
import org.whodis.phone.keystore.Protection;

/** An office that holds its true keys and turns against its own people: it cannot make a phone ring, speak or stop. */
@Timeout(120)
class PhoneAtHostileOfficeTest {
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    Path folder;

    private final Random seeded = new Random(20261122);
    private final RandomBytes random = this::nextRandom;
    private final PhoneConfig config = PhoneConfig.standard(new NoSoundCard());
    private final HybridKeyPair officeKey = HybridKeyPair.generate(config.primitives(), random);
    private final HybridKeyPair adasKey = HybridKeyPair.generate(config.primitives(), random);
    private final HybridKeyPair bobsKey = HybridKeyPair.generate(config.primitives(), random);
    private final BlockingQueue<PhoneEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Channel> authenticated = new LinkedBlockingQueue<>();

    private ScriptedOffice office;
    private OfficeKeys offices;
    private VerifiedChain adasChain;
    private VerifiedChain bobsChain;
    private CallEngine bob;
    private Phone ada;
    private Channel channel;
    private long sequence;

    /** What the office answers to requests other than the session's own; null for nothing. */
    private volatile Bytes answer;

    @BeforeEach
    void start() throws Exception {
        office = new ScriptedOffice("X25519MLKEM768");
        offices = OfficeKeys.only(config.primitives(), office.domain(), officeKey.publicKey());
        adasChain = chain(adasKey, "Ada");
        bobsChain = chain(bobsKey, "Bob");
        bob = new CallEngine(config.primitives(), random, offices, bobsChain, bobsKey, List.of());
        bob.handle(new CallInput.SessionUp(), now());
        office.greeting = this::greet;
        office.answering = this::serve;
        PhoneState state = PhoneState.fresh(adasKey.seed())
                .withStage(new PhoneState.Stage.Enrolled(
                        PeerKeys.first(
                                office.domain(),
                                officeKey.publicKey(),
                                officeKey.publicKey().keyHash(config.primitives()),
                                OfficeDescriptor.NO_RECOVERY_KEY,
                                now()),
                        adasChain.wire()));
        Keystore keystore = Keystore.create(
                folder.resolve("ada"), new Protection.KeyFile(), state.encode(), config.primitives(), random);
        ada = Phone.open(config, keystore, events::add);
        ada.start();
        await(PhoneEvent.ContactsChanged.class);
        channel = authenticated.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        ada.close();
        office.close();
    }

    @Test
    void garbageEnvelopesAreRefusedOneByOneAndACallStillRings() throws Exception {
        for (int i = 0; i < 200; i++) {
            deliver(envelopeWith(Bytes.of(random.next(seeded.nextInt(600)))));
        }
        for (int i = 0; i < 200; i++) {
            await(PhoneEvent.Refused.class);
        }
        assertThat(ada.calls()).isEmpty();
        deliver(offerFromBob());
        assertThat(await(PhoneEvent.Ringing.class)
                        .call()
                        .view()
                        .peer()
                        .vouched()
                        .name())
                .isEqualTo("Bob");
    }

    @Test
    void anOfferThatWasChangedAnywhereNeverRings() throws Exception {
        Envelope offer = offerFromBob();
        for (int i = 0; i < 150; i++) {
            byte[] changed = offer.message().toArray();
            changed[seeded.nextInt(changed.length)] ^= (byte) (1 << seeded.nextInt(8));
            deliver(with(offer, Bytes.of(changed)));
            await(PhoneEvent.Refused.class);
        }
        assertThat(ada.calls()).isEmpty();
        deliver(offer);
        await(PhoneEvent.Ringing.class);
        deliver(with(offer, offer.message()));
        assertThat(await(PhoneEvent.Refused.class).callId()).isEqualTo(offer.callId());
        assertThat(ada.calls()).hasSize(1);
    }

    @Test
    void messagesOfARoleThatIsNotTheirsDoNotConnectARingingPhone() throws Exception {
        Envelope offer = offerFromBob();
        deliver(offer);
        CallId call = await(PhoneEvent.Ringing.class).call().view().callId();
        // What Bob's own phone would send when it is connected, before anybody has answered.
        for (int type = 1; type <= 5; type++) {
            byte[] message = random.next(4_000);
            message[0] = (byte) type;
            deliver(with(offer, Bytes.of(message)));
            await(PhoneEvent.Refused.class);
        }
        PhoneCall view = ada.callView(call);
        assertThat(view.view().state()).isEqualTo(CallView.State.RINGING);
        assertThat(ada.stats(call)).as("media before the answer").isNull();
    }

    @Test
    void answersThatMakeNoSenseEndACallWithoutHarm() throws Exception {
        answer = Bytes.of(random.next(40));
        CallId call = ada.call(bobsChain.principal());
        awaitEnd(call);
        answer = null;
        deliver(offerFromBob());
        await(PhoneEvent.Ringing.class);
    }

    @Test
    void anOfficeThatAnswersForADeviceThatDidNotConnectsNobody() throws Exception {
        answer = Bytes.of(new byte[] {0});
        CallId call = ada.call(bobsChain.principal());
        Envelope offered = submittedOffer(call);
        Bytes signed = ((CallMessage.SignedOffer) CallMessage.decode(offered.message())).signed();
        Bytes offerHash = Offer.hash(config.primitives(), signed);
        HybridKeyPair eve = HybridKeyPair.generate(config.primitives(), random);
        VerifiedChain namedBob = chain(eve, "Bob");
        DeviceId bobsDevice = bobsChain.devices().getFirst().id();
        List<Bytes> forged = List.of(
                // In the name of Bob's device, by somebody else's key.
                forgedAnswer(call, offerHash, eve, bobsDevice, bobsChain),
                // By a device that stands in no chain of Bob's.
                forgedAnswer(call, offerHash, eve, namedBob.devices().getFirst().id(), bobsChain),
                // By another person whom the office calls Bob, and vouches for.
                forgedAnswer(call, offerHash, eve, namedBob.devices().getFirst().id(), namedBob),
                // By Bob's own device, to another offer.
                forgedAnswer(call, Bytes.of(random.next(32)), bobsKey, bobsDevice, bobsChain));
        for (Bytes message : forged) {
            deliver(new Envelope(
                    new EnvelopeId(Bytes.of(random.next(16))),
                    bobsChain.principal(),
                    bobsDevice,
                    adasChain.principal(),
                    null,
                    call,
                    now() + 30_000,
                    message));
            await(PhoneEvent.Refused.class);
            assertThat(ada.callView(call).view().state()).isEqualTo(CallView.State.DIALLING);
        }
        ada.hangUp(call);
        awaitEnd(call);
    }

    private Envelope submittedOffer(CallId call) throws Exception {
        while (true) {
            Bytes message = office.received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("waiting for the offer").isNotNull();
            if (ToOffice.decode(message) instanceof ToOffice.Submit submit
                    && submit.envelope().callId().equals(call)) {
                return submit.envelope();
            }
        }
    }

    private Bytes forgedAnswer(CallId call, Bytes offerHash, HybridKeyPair key, DeviceId device, VerifiedChain chain) {
        Bytes said = new Answer(
                        call,
                        offerHash,
                        Bytes.of(random.next(Answer.NONCE_LENGTH)),
                        device,
                        chain.head(),
                        0xF002,
                        Bytes.of(random.next(500)),
                        now())
                .encode();
        return new CallMessage.SignedAnswer(
                        said, device, key.sign(config.primitives(), Answer.LABEL, said, random), chain.wire())
                .encode();
    }

    @Test
    void aPhoneWithoutASoundCardSaysSoAndTheCallGoesOn() throws Exception {
        answer = Bytes.of(new byte[] {0});
        CallId call = ada.call(bobsChain.principal());
        assertThat(await(PhoneEvent.MediaProblem.class).why()).contains("microphone");
        assertThat(ada.callView(call).view().state()).isEqualTo(CallView.State.DIALLING);
    }

    @Test
    void aChainThatLostADeviceOrIsForgedIsNotBelieved() throws Exception {
        byte[] forged = bobsChain.wire().encode().toArray();
        forged[forged.length - 4_000] ^= 1;
        answer = new DirectoryPage(List.of(UnverifiedChain.decode(Bytes.of(forged))), false).encode();
        assertThat(ada.refreshContacts().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .allSatisfy(contact -> assertThat(contact.chain()).isEqualTo(bobsChain));
    }

    private void awaitEnd(CallId call) throws InterruptedException {
        while (true) {
            PhoneEvent.CallChanged changed = await(PhoneEvent.CallChanged.class);
            if (changed.call().view().callId().equals(call)
                    && changed.call().view().state() == CallView.State.ENDED) {
                return;
            }
        }
    }

    private Envelope offerFromBob() {
        bob.handle(new CallInput.UserDial(adasChain), now());
        for (CallOutput output = bob.poll(); output != null; output = bob.poll()) {
            if (output instanceof CallOutput.Submit(Envelope envelope)) {
                return envelope;
            }
        }
        throw new AssertionError("Bob's phone submitted nothing");
    }

    private Envelope envelopeWith(Bytes message) {
        return new Envelope(
                new EnvelopeId(Bytes.of(random.next(16))),
                bobsChain.principal(),
                bobsChain.devices().getFirst().id(),
                adasChain.principal(),
                null,
                new CallId(Bytes.of(random.next(16))),
                now() + 30_000,
                message);
    }

    private Envelope with(Envelope original, Bytes message) {
        return new Envelope(
                new EnvelopeId(Bytes.of(random.next(16))),
                original.from(),
                original.fromDevice(),
                original.to(),
                original.toDevice(),
                original.callId(),
                original.deadline(),
                message);
    }

    private void deliver(Envelope envelope) {
        Delivery delivery = new Delivery(++sequence, Delivery.Kind.LIVE, now(), envelope);
        ScriptedOffice.send(channel, new FromOffice.Deliver(delivery).encode());
    }

    private <T extends PhoneEvent> T await(Class<T> type) throws InterruptedException {
        while (true) {
            PhoneEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("waiting for %s", type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
            assertThat(type == PhoneEvent.Refused.class && event instanceof PhoneEvent.Ringing)
                    .as("rang for what should be refused")
                    .isFalse();
        }
    }

    private void greet(Channel to) {
        try {
            Bytes descriptor = new OfficeDescriptor(
                            office.domain(),
                            officeKey.publicKey(),
                            OfficeDescriptor.NO_RECOVERY_KEY,
                            office.spkiSha256(),
                            1_000)
                    .encode();
            SignedOfficeDescriptor signed = new SignedOfficeDescriptor(
                    descriptor,
                    officeKey.sign(config.primitives(), SignedOfficeDescriptor.BY_OFFICE, descriptor, random));
            ScriptedOffice.send(to, new FromOffice.OfficeHello(signed, Bytes.of(random.next(32)), now()).encode());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void serve(Channel to, Bytes message) {
        try {
            Bytes wanted = answer;
            switch (ToOffice.decode(message)) {
                case ToOffice.Authenticate _ -> {
                    authenticated.add(to);
                    ScriptedOffice.send(to, new FromOffice.Authenticated(now()).encode());
                }
                case ToOffice.Directory directory -> {
                    Bytes page = wanted == null ? new DirectoryPage(List.of(bobsChain.wire()), false).encode() : wanted;
                    respond(to, directory.requestId(), page);
                }
                case ToOffice.Ping ping ->
                    ScriptedOffice.send(to, new FromOffice.Pong(ping.requestId(), now()).encode());
                case ToOffice other -> {
                    if (wanted != null) {
                        respond(to, other.requestId(), wanted);
                    }
                }
            }
        } catch (DecodeException e) {
            throw new AssertionError("the phone sent what no phone sends", e);
        }
    }

    private static void respond(Channel to, long requestId, Bytes body) {
        ScriptedOffice.send(to, new FromOffice.Response(requestId, true, body).encode());
    }

    private VerifiedChain chain(HybridKeyPair key, String name) throws Exception {
        Bytes genesis = new Genesis(
                        office.domain(),
                        officeKey.publicKey().keyHash(config.primitives()),
                        key.publicKey(),
                        DeviceKind.JAVA_PHONE,
                        name,
                        "",
                        now() - 1_000,
                        Bytes.of(random.next(32)))
                .encode();
        return new UnverifiedChain(
                        new SignedGenesis(
                                genesis,
                                key.sign(config.primitives(), SignedGenesis.BY_DEVICE, genesis, random),
                                officeKey.sign(config.primitives(), SignedGenesis.BY_OFFICE, genesis, random)),
                        List.of())
                .verify(config.primitives(), offices);
    }

    private long now() {
        return config.clock().millis();
    }

    private synchronized byte[] nextRandom(int count) {
        byte[] out = new byte[count];
        seeded.nextBytes(out);
        return out;
    }

    /** A machine like most servers. */
    private static final class NoSoundCard implements AudioDevices {
        @Override
        public AudioSource openSource(CallId call) throws AudioUnavailableException {
            throw new AudioUnavailableException("This machine has no microphone.");
        }

        @Override
        public AudioSink openSink(CallId call) {
            return frame -> {};
        }
    }
}
