package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.OfficeGreeting;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.identity.AddDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.Statement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.DirectoryPage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.OtherOfficeKey;
import org.whodis.core.message.Party;
import org.whodis.core.message.SignedCallCredential;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.message.TurnAccess;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;

/**
 * Every structure of protocol sections 2 to 6 and 8: the first byte chooses which one, the others are its bytes. Nothing but
 * {@link DecodeException} may come out, and what was read has to write itself back to exactly the bytes it came from.
 */
class StructureFuzzTest {
    @FunctionalInterface
    private interface Decoder {
        Encodable decode(Bytes encoded) throws DecodeException;
    }

    private static final List<Decoder> DECODERS = List.of(
            Genesis::decode,
            SignedGenesis::decode,
            AddDevice::decode,
            SignedStatement::decode,
            UnverifiedChain::decode,
            OfficeDescriptor::decode,
            SignedOfficeDescriptor::decode,
            LinkRequest::decode,
            Refusal::decode,
            Pin::decode,
            Enrolment.Ask::decode,
            Enrolment.Opened::decode,
            Enrolment.Commit::decode,
            Enrolment.Committed::decode,
            Enrolment.Reveal::decode,
            Enrolment.Polled::decode,
            Enrolment.LinkAsk::decode,
            Enrolment.LinkPolled::decode,
            ToOffice::decode,
            FromOffice::decode,
            Envelope::decode,
            Delivery::decode,
            DirectoryPage::decode,
            MediaJoin::decode,
            MediaJoined::decode,
            SubmitOutcome::decode,
            CallMessage::decode,
            Offer::decode,
            Answer::decode,
            CallWelcome::decode,
            Notice::decode,
            CallCredential::decode,
            SignedCallCredential::decode,
            GroupMessage::decode,
            PeerFrame::decode,
            OfficeGreeting::decode,
            KeyRotation::decode,
            KeyRotation.Signed::decode,
            OtherOfficeKey::decode,
            Statement::decode,
            RevokeDevice::decode);

    private static final HybridPublicKey KEY = new HybridPublicKey(zeros(32), zeros(1952));
    private static final HybridSignature SIGNATURE = new HybridSignature(zeros(64), zeros(3309));
    private static final OfficeDomain DOMAIN = new OfficeDomain("office.example:8443");
    private static final PrincipalId PRINCIPAL = new PrincipalId(zeros(32));
    private static final DeviceId DEVICE = new DeviceId(zeros(32));
    private static final CallId CALL = new CallId(zeros(16));

    static Stream<byte[]> seeds() {
        Genesis genesis = new Genesis(DOMAIN, zeros(32), KEY, DeviceKind.BROWSER, "Anna", "Minister", 1, zeros(32));
        SignedGenesis signed = new SignedGenesis(genesis.encode(), SIGNATURE, SIGNATURE);
        AddDevice added = new AddDevice(PRINCIPAL, zeros(32), KEY, DeviceKind.JAVA_PHONE, 1, SIGNATURE);
        SignedStatement statement = new SignedStatement(added.encode(), DEVICE, SIGNATURE);
        UnverifiedChain chain = new UnverifiedChain(signed, List.of(statement));
        RevokeDevice revoke = new RevokeDevice(PRINCIPAL, zeros(32), DEVICE, 1);
        List<SignedStatement> both = List.of(statement, new SignedStatement(revoke.encode(), DEVICE, SIGNATURE));
        Party party = new Party(PRINCIPAL, zeros(32), DOMAIN, zeros(32));
        Offer offer = new Offer(CALL, zeros(32), party, DEVICE, party, List.of(0xF002), 1, 2);
        Answer answer = new Answer(CALL, zeros(32), zeros(32), DEVICE, zeros(32), 0xF002, zeros(20), 1);
        CallMessage message = new CallMessage.SignedOffer(offer.encode(), DEVICE, SIGNATURE, chain);
        Envelope envelope =
                new Envelope(new EnvelopeId(zeros(16)), PRINCIPAL, DEVICE, PRINCIPAL, null, CALL, 1, message.encode());
        return Stream.of(
                seed(34, new PeerFrame.Request(1, new PeerRequest(zeros(16), 1, 1, zeros(9)))),
                seed(34, new PeerFrame.Answer(zeros(16), new PeerAnswer.Refused(3))),
                seed(36, new KeyRotation(DOMAIN, zeros(32), KEY, zeros(32), 1)),
                seed(38, new OtherOfficeKey(KEY, null)),
                seed(39, revoke),
                seed(39, added),
                seed(40, revoke),
                seed(4, new UnverifiedChain(signed, both)),
                seed(0, genesis),
                seed(1, signed),
                seed(2, added),
                seed(4, chain),
                seed(9, new Pin(PRINCIPAL, zeros(32), 1, DOMAIN, "Anna")),
                seed(11, new Enrolment.Opened("Anna", "", DOMAIN, 1)),
                seed(15, new Enrolment.Polled(Enrolment.State.CONFIRMED, signed)),
                seed(18, new ToOffice.Submit(1, envelope)),
                seed(18, new ToOffice.JoinMedia(1, new MediaJoin(CALL, "abcd", "0123456789012345678901", zeros(32)))),
                seed(19, new FromOffice.Deliver(new Delivery(1, Delivery.Kind.LIVE, 1, envelope))),
                seed(22, new DirectoryPage(List.of(chain), false)),
                seed(
                        24,
                        new MediaJoined(
                                "::1",
                                3478,
                                "abcd",
                                "0123456789012345678901",
                                zeros(32),
                                7,
                                new TurnAccess("a", "b", zeros(16)))),
                seed(26, message),
                seed(26, new CallMessage.SignedAnswer(answer.encode(), DEVICE, SIGNATURE, chain)),
                seed(30, new Notice(CALL, zeros(32), Notice.Type.RINGING, 1)),
                seed(33, new GroupMessage.Hangup(GroupMessage.HangupReason.FAILED)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void readsOrRefuses(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Bytes encoded = Bytes.of(data, 1, data.length - 1);
        Encodable value;
        try {
            value = DECODERS.get((data[0] & 0xff) % DECODERS.size()).decode(encoded);
        } catch (DecodeException refused) {
            return;
        }
        if (!value.encode().equals(encoded)) {
            throw new AssertionError("read " + encoded + ", wrote " + value.encode());
        }
    }

    static Stream<byte[]> links() {
        return Stream.of(
                Bytes.utf8("https://office.example/join#1." + "A".repeat(64)).toArray(),
                Bytes.utf8("https://office.example:8443/link#1." + "A".repeat(107))
                        .toArray());
    }

    @MethodSource("links")
    @FuzzTest(maxDuration = "1m")
    void linksAreReadOrRefused(byte[] data) {
        String link = new String(data, StandardCharsets.UTF_8);
        try {
            String again = Invitation.parse(link).link();
            if (!again.equals(link.trim())) {
                throw new AssertionError(link);
            }
        } catch (DecodeException refused) {
            // Then it may be the link of a device.
        }
        try {
            String again = DeviceLink.parse(link).link();
            if (!again.equals(link.trim())) {
                throw new AssertionError(link);
            }
        } catch (DecodeException refused) {
            return;
        }
    }

    private static byte[] seed(int decoder, Encodable value) {
        return Bytes.concat(Bytes.of(new byte[] {(byte) decoder}), value.encode())
                .toArray();
    }

    private static Bytes zeros(int count) {
        return Bytes.of(new byte[count]);
    }
}
