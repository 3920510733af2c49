package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.call.TestPrimitives.SHARED;
import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.NOW;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.GroupMessage.HangupReason;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.Proposal;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** Each numbered check of offers, answers, Welcomes and credentials refuses what it is there to refuse. */
class VerificationTest {
    private static final Bytes OTHER = Bytes.of(new byte[32]);

    private final World world = new World(Cast.PEOPLE, 8);
    private final Node a = world.node(Cast.ANNA, 0);
    private final Node a2 = world.node(Cast.ANNA, 1);
    private final Node b = world.node(Cast.BERT, 0);
    private final Node b2 = world.node(Cast.BERT, 1);
    private final Node carl = world.node(Cast.CARL, 0);
    private final Forger forger = new Forger(world, 3);

    @Nested
    class Offers {
        private final CallId call = new CallId(forger.bytes(16));
        private final Offer good = forger.newOffer(a, b, call);

        @Test
        void aGoodOneRings() {
            assertThat(Node.rejections(give(forger.offer(a, good.encode())))).isEmpty();
            assertThat(b.sounding).containsExactly(call);
        }

        @Test
        void check1ItHasItsForm() {
            Bytes encoded = good.encode();
            refused(forger.offer(a, encoded.slice(0, encoded.length() - 1)), Rejection.MALFORMED);
            refused(forger.offer(a, Bytes.concat(encoded, Bytes.fromHex("00"))), Rejection.MALFORMED);
        }

        @Test
        void check2ItIsOfTheCallPersonAndDeviceThatTheEnvelopeNames() {
            refused(
                    forger.offer(
                            a,
                            forger.newOffer(a, b, new CallId(forger.bytes(16))).encode()),
                    Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(
                    forger.offer(carl, forger.newOffer(carl, b, call).encode()),
                    Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(forger.offer(a2, forger.newOffer(a2, b, call).encode()), Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(forger.offer(a2, good.encode()), Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        }

        @Test
        void check3TheCalleeIsThisPersonAtAHeadOfTheirsAtTheirOffice() {
            Party callee = good.callee();
            refused(withCallee(Party.of(carl.chain)), Rejection.CALLEE_IS_NOT_US);
            refused(
                    withCallee(new Party(callee.principal(), OTHER, callee.officeDomain(), callee.officeKey())),
                    Rejection.CALLEE_IS_NOT_US);
            refused(
                    withCallee(new Party(
                            callee.principal(), callee.head(), new OfficeDomain("other.example"), callee.officeKey())),
                    Rejection.CALLEE_IS_NOT_US);
            refused(
                    withCallee(new Party(callee.principal(), callee.head(), callee.officeDomain(), OTHER)),
                    Rejection.CALLEE_IS_NOT_US);
        }

        @Test
        void anEarlierHeadOfOursIsKnown() {
            Party callee = good.callee();
            Bytes before = b.chain.devices().getFirst().head();
            assertThat(Node.rejections(give(withCallee(
                            new Party(callee.principal(), before, callee.officeDomain(), callee.officeKey())))))
                    .isEmpty();
        }

        @Test
        void check4ItIsFresh() {
            refused(issued(NOW - 105_001, NOW - 60_001), Rejection.NOT_FRESH);
            refused(issued(NOW + 60_001, NOW + 105_001), Rejection.NOT_FRESH);
        }

        @Test
        void clocksMayDifferByAMinute() {
            for (long off : new long[] {-105_000, 60_000}) {
                CallId id = new CallId(forger.bytes(16));
                Offer offer = forger.newOffer(a, b, id);
                Offer skewed = new Offer(
                        id,
                        offer.commitment(),
                        offer.caller(),
                        offer.callerDevice(),
                        offer.callee(),
                        offer.suites(),
                        NOW + off,
                        NOW + off + 45_000);
                assertThat(Node.rejections(b.give(forger.from(a, b, b, id, forger.offer(a, skewed.encode())))))
                        .isEmpty();
                assertThat(b.sounding).containsExactly(id);
                // However wrong the clocks are, it rings long enough to be reached and no longer than an offer lives.
                assertThat(b.engine.nextTimeout()).isBetween(NOW + 5_000, NOW + 45_000);
                b.give(new CallInput.UserDecline(id));
            }
        }

        @Test
        void check5TheCallersChainIsVerifiedWithTheOfficeKeyThatItNames() {
            Person impostor = new People(4).person("Anna", NOW - DAY);
            Node elsewhere = new World(new People(4), 1).node(impostor, 0);
            CallId id = new CallId(forger.bytes(16));
            CallMessage offer =
                    forger.offer(elsewhere, forger.newOffer(elsewhere, b, id).encode());
            assertThat(Node.rejections(b.give(forger.from(elsewhere, b, b, id, offer))))
                    .containsExactly(Rejection.BAD_CHAIN);
        }

        @Test
        void check6TheOfferNamesTheHeadAndTheOfficeOfThatChain() {
            Party caller = good.caller();
            refused(
                    withCaller(new Party(
                            caller.principal(),
                            a.chain.devices().getFirst().head(),
                            caller.officeDomain(),
                            caller.officeKey())),
                    Rejection.CALLER_IS_NOT_ITS_CHAIN);
            refused(
                    withCaller(new Party(caller.principal(), caller.head(), caller.officeDomain(), OTHER)),
                    Rejection.CALLER_IS_NOT_ITS_CHAIN);
            CallMessage.SignedOffer honest = forger.offer(a, good.encode());
            refused(
                    new CallMessage.SignedOffer(honest.signed(), honest.device(), honest.byDevice(), carl.chain.wire()),
                    Rejection.CALLER_IS_NOT_ITS_CHAIN);
        }

        @Test
        void check7TheDeviceStandsInThatChain() {
            UnverifiedChain shorter = new UnverifiedChain(a.chain.wire().genesis(), List.of());
            Party caller =
                    new Party(a.chain.principal(), a.chain.principal().value(), People.DOMAIN, Cast.PEOPLE.officeKey());
            Bytes offer = withCaller(caller, a2).encode();
            CallMessage message =
                    new CallMessage.SignedOffer(offer, a2.id, forger.sign(a2, Offer.LABEL, offer), shorter);
            assertThat(Node.rejections(b.give(forger.from(a2, b, b, call, message))))
                    .containsExactly(Rejection.UNKNOWN_DEVICE);
        }

        @Test
        void check8ThatDeviceSignedIt() {
            Bytes encoded = good.encode();
            refused(
                    new CallMessage.SignedOffer(encoded, a.id, forger.sign(a2, Offer.LABEL, encoded), a.chain.wire()),
                    Rejection.BAD_SIGNATURE);
            refused(
                    new CallMessage.SignedOffer(encoded, a.id, forger.sign(a, Answer.LABEL, encoded), a.chain.wire()),
                    Rejection.BAD_SIGNATURE);
            HybridSignature real = forger.sign(a, Offer.LABEL, encoded);
            HybridSignature other = forger.sign(a2, Offer.LABEL, encoded);
            refused(
                    new CallMessage.SignedOffer(
                            encoded, a.id, new HybridSignature(real.ed25519(), other.mlDsa65()), a.chain.wire()),
                    Rejection.BAD_SIGNATURE);
            refused(
                    new CallMessage.SignedOffer(
                            encoded, a.id, new HybridSignature(other.ed25519(), real.mlDsa65()), a.chain.wire()),
                    Rejection.BAD_SIGNATURE);
        }

        @Test
        void check9ItOffersASuiteThatWeHave() {
            Offer classical = new Offer(
                    call,
                    good.commitment(),
                    good.caller(),
                    good.callerDevice(),
                    good.callee(),
                    List.of(1, 3),
                    good.issuedAt(),
                    good.expiresAt());
            refused(forger.offer(a, classical.encode()), Rejection.NO_COMMON_SUITE);
        }

        @Test
        void aCallIdCountsOnce() {
            give(forger.offer(a, good.encode()));
            refused(forger.offer(a, good.encode()), Rejection.CALL_ID_SEEN);
            b.give(new CallInput.UserDecline(call));
            refused(forger.offer(a, good.encode()), Rejection.CALL_ID_SEEN);
            world.pass(105_000);
            refused(forger.offer(a, good.encode()), Rejection.EXPIRED, Rejection.CALL_ID_SEEN);
        }

        private List<CallOutput> give(CallMessage message) {
            return b.give(forger.from(a, b, b, call, message));
        }

        private void refused(CallMessage message, Rejection... oneOf) {
            assertThat(Node.rejections(give(message))).hasSize(1).isSubsetOf(oneOf);
            assertThat(b.sounding).isEmpty();
        }

        private void refused(CallMessage message, Rejection reason) {
            List<CallOutput> came = give(message);
            assertThat(came).hasSize(1);
            assertThat(Node.rejections(came)).containsExactly(reason);
        }

        private CallMessage withCallee(Party callee) {
            return forger.offer(
                    a,
                    new Offer(
                                    call,
                                    good.commitment(),
                                    good.caller(),
                                    a.id,
                                    callee,
                                    good.suites(),
                                    good.issuedAt(),
                                    good.expiresAt())
                            .encode());
        }

        private CallMessage withCaller(Party caller) {
            return forger.offer(a, withCaller(caller, a).encode());
        }

        private Offer withCaller(Party caller, Node device) {
            return new Offer(
                    call,
                    good.commitment(),
                    caller,
                    device.id,
                    good.callee(),
                    good.suites(),
                    good.issuedAt(),
                    good.expiresAt());
        }

        private CallMessage issued(long at, long expires) {
            return forger.offer(
                    a,
                    new Offer(call, good.commitment(), good.caller(), a.id, good.callee(), good.suites(), at, expires)
                            .encode());
        }
    }

    @Nested
    class Answers {
        private final CallId call = a.dial(b);
        private final Bytes offerHash = ((Dialling) a.engine.stateOf(call)).call().offerHash;
        private final Answer good = forger.newAnswer(b, call, offerHash);

        @Test
        void aGoodOneIsAnsweredByAWelcome() {
            assertThat(Node.rejections(give(forger.answer(b, good.encode())))).isEmpty();
            assertThat(a.state(call)).isEqualTo(State.CONNECTING);
            assertThat(World.decode(a.toOffice.getLast())).isInstanceOf(CallMessage.SignedWelcome.class);
        }

        @Test
        void check1ItHasItsForm() {
            refused(forger.answer(b, good.encode().slice(0, 50)), Rejection.MALFORMED);
        }

        @Test
        void check2ItIsOfTheCallAndDeviceThatTheEnvelopeNames() {
            refused(
                    with(new CallId(forger.bytes(16)), offerHash, b.id, b.chain.head()),
                    Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(with(call, offerHash, b2.id, b.chain.head()), Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(forger.answer(b2, good.encode()), Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        }

        @Test
        void check3ItAnswersThisOffer() {
            refused(with(call, OTHER, b.id, b.chain.head()), Rejection.ANOTHER_OFFER);
        }

        @Test
        void check4And5TheChainIsTheCalleesAndExtendsWhatWasCalled() {
            CallMessage.SignedAnswer honest = forger.answer(b, good.encode());
            refused(
                    new CallMessage.SignedAnswer(honest.signed(), b.id, honest.byDevice(), carl.chain.wire()),
                    Rejection.ANOTHER_PERSON);
            UnverifiedChain rolledBack = new UnverifiedChain(b.chain.wire().genesis(), List.of());
            refused(
                    new CallMessage.SignedAnswer(honest.signed(), b.id, honest.byDevice(), rolledBack),
                    Rejection.CHAIN_DOES_NOT_EXTEND_WHAT_WAS_CALLED);
            UnverifiedChain broken =
                    new UnverifiedChain(b.chain.wire().genesis(), a.chain.wire().statements());
            refused(
                    new CallMessage.SignedAnswer(honest.signed(), b.id, honest.byDevice(), broken),
                    Rejection.BAD_CHAIN);
        }

        @Test
        void check6TheAnswerNamesTheHeadOfItsChain() {
            refused(with(call, offerHash, b.id, b.chain.devices().getFirst().head()), Rejection.BAD_CHAIN);
        }

        @Test
        void check8ItsDeviceSignedIt() {
            Bytes encoded = good.encode();
            refused(
                    new CallMessage.SignedAnswer(encoded, b.id, forger.sign(b2, Answer.LABEL, encoded), b.chain.wire()),
                    Rejection.BAD_SIGNATURE);
        }

        @Test
        void check9TheSuiteWasOffered() {
            Answer classical =
                    new Answer(call, offerHash, OTHER, b.id, b.chain.head(), 1, good.keyPackage(), good.answeredAt());
            refused(forger.answer(b, classical.encode()), Rejection.SUITE_NOT_OFFERED);
        }

        @Test
        void check10ItWasMadeInTheLifeOfTheOffer() {
            for (long at : new long[] {NOW - 60_001, NOW + 105_001}) {
                Answer late =
                        new Answer(call, offerHash, OTHER, b.id, b.chain.head(), good.suite(), good.keyPackage(), at);
                refused(forger.answer(b, late.encode()), Rejection.NOT_FRESH);
            }
        }

        @ParameterizedTest
        @ValueSource(longs = {-60_000, 105_000})
        void clocksMayDifferByAMinuteHereToo(long off) {
            Answer skewed = new Answer(
                    call, offerHash, OTHER, b.id, b.chain.head(), good.suite(), good.keyPackage(), NOW + off);
            assertThat(Node.rejections(give(forger.answer(b, skewed.encode())))).isEmpty();
        }

        @Test
        void aKeyPackageThatMlsRefusesIsRefusedAndTheCallCanStillBeAnswered() {
            byte[] broken = good.keyPackage().toArray();
            broken[broken.length - 1] ^= 1;
            refused(withKeyPackage(Bytes.of(broken)), Rejection.BAD_KEY_PACKAGE);
            refused(withKeyPackage(Bytes.EMPTY), Rejection.BAD_KEY_PACKAGE);
            assertThat(Node.rejections(give(forger.answer(b, good.encode())))).isEmpty();
        }

        @Test
        void aCredentialOfAnotherCallPersonDeviceRoleOrKeyIsRefused() {
            for (int fault = 0; fault < 9; fault++) {
                LeafKeys keys = LeafKeys.generate(SHARED, VerifiedOffer.SUITE, People.random(fault));
                Bytes other = Bytes.of(new byte[keys.encryptionKey().length()]);
                CallCredential says = new CallCredential(
                        fault == 0 ? new CallId(forger.bytes(16)) : call,
                        fault == 1 ? OTHER : offerHash,
                        fault == 2 ? carl.chain.principal() : b.chain.principal(),
                        fault == 3 ? b.chain.devices().getFirst().head() : b.chain.head(),
                        fault == 4 ? b2.id : b.id,
                        fault == 5 ? OTHER : keys.signatureKey(),
                        fault == 6 ? other : keys.encryptionKey(),
                        fault == 7 ? other : keys.initKey(),
                        CallCredential.Role.PRINCIPAL,
                        fault == 8 ? NOW - 60_001 : NOW + DAY);
                Bytes keyPackage = forger.keyPackage(keys, b, says).keyPackage().toBytes();
                refused(withKeyPackage(keyPackage), Rejection.BAD_CREDENTIAL);
            }
            refused(
                    withKeyPackage(forger.keyPackage(b, b2, call, offerHash)
                            .keyPackage()
                            .toBytes()),
                    Rejection.BAD_CREDENTIAL);
            refused(
                    withKeyPackage(forger.keyPackage(b2, b2, call, offerHash)
                            .keyPackage()
                            .toBytes()),
                    Rejection.BAD_CREDENTIAL);
            LeafKeys keys = LeafKeys.generate(SHARED, VerifiedOffer.SUITE, People.random(10));
            Bytes basic = org.whodis.core.mls.KeyPackageBundle.create(
                            SHARED,
                            keys,
                            Credential.basic(Bytes.utf8("Bert")),
                            Lifetime.around(NOW / 1000, 3600),
                            People.random(11))
                    .keyPackage()
                    .toBytes();
            CallMessage basicAnswer = withKeyPackage(basic);
            assertThat(Node.rejections(give(basicAnswer)))
                    .hasSize(1)
                    .isSubsetOf(Rejection.BAD_CREDENTIAL, Rejection.BAD_KEY_PACKAGE);
            assertThat(a.epochs).isEmpty();
        }

        private CallMessage with(CallId id, Bytes hash, DeviceId device, Bytes head) {
            return forger.answer(
                    b,
                    new Answer(
                                    id,
                                    hash,
                                    good.calleeNonce(),
                                    device,
                                    head,
                                    good.suite(),
                                    good.keyPackage(),
                                    good.answeredAt())
                            .encode());
        }

        private CallMessage withKeyPackage(Bytes keyPackage) {
            return forger.answer(
                    b,
                    new Answer(
                                    call,
                                    offerHash,
                                    good.calleeNonce(),
                                    b.id,
                                    b.chain.head(),
                                    good.suite(),
                                    keyPackage,
                                    good.answeredAt())
                            .encode());
        }

        private List<CallOutput> give(CallMessage message) {
            return a.give(forger.from(b, a, b, call, message));
        }

        private void refused(CallMessage message, Rejection reason) {
            List<CallOutput> came = give(message);
            assertThat(Node.rejections(came)).containsExactly(reason);
            assertThat(came).hasSize(1);
        }
    }

    @Nested
    class Welcomes {
        private final CallId call = a.dial(b);
        private final Bytes offerHash = ((Dialling) a.engine.stateOf(call)).call().offerHash;
        private final CallWelcome good = answered();

        private CallWelcome answered() {
            world.settle();
            b.give(new CallInput.UserAnswer(call));
            b.submitNext();
            a.deliverNext();
            try {
                CallMessage.SignedWelcome sent = (CallMessage.SignedWelcome) World.decode(a.toOffice.remove());
                return CallWelcome.decode(sent.signed());
            } catch (DecodeException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Test
        void aGoodOneConnects() {
            assertThat(Node.rejections(give(a, forger.welcome(a, good.encode()))))
                    .isEmpty();
            assertThat(b.state(call)).isEqualTo(State.CONNECTED);
        }

        @Test
        void checks1To6And9() {
            refused(a, forger.welcome(a, good.encode().slice(0, 60)), Rejection.MALFORMED);
            CallWelcome otherCall = new CallWelcome(
                    new CallId(forger.bytes(16)), offerHash, good.answerHash(), good.callerNonce(), good.welcome());
            refused(a, forger.welcome(a, otherCall.encode()), Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(a, forger.welcome(a2, good.encode()), Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
            refused(a2, forger.welcome(a2, good.encode()), Rejection.UNKNOWN_DEVICE);
            refused(a, forger.welcome(a, with(OTHER, good.answerHash(), good.callerNonce())), Rejection.ANOTHER_OFFER);
            refused(a, forger.welcome(a, with(offerHash, OTHER, good.callerNonce())), Rejection.ANOTHER_ANSWER);
            Bytes encoded = good.encode();
            refused(
                    a,
                    new CallMessage.SignedWelcome(encoded, a.id, forger.sign(a2, CallWelcome.LABEL, encoded)),
                    Rejection.BAD_SIGNATURE);
            refused(a, forger.welcome(a, with(offerHash, good.answerHash(), OTHER)), Rejection.COMMITMENT_NOT_OPENED);
            assertThat(Node.rejections(give(a, forger.welcome(a, good.encode()))))
                    .isEmpty();
        }

        @Test
        void check7AWelcomeThatMlsRefusesIsRefused() {
            byte[] broken = good.welcome().toArray();
            broken[broken.length - 1] ^= 1;
            refused(a, forger.welcome(a, withWelcome(Bytes.of(broken))), Rejection.BAD_WELCOME);
            refused(a, forger.welcome(a, withWelcome(Bytes.EMPTY)), Rejection.BAD_WELCOME);
        }

        /** The caller's device is hostile and makes the group that the callee is to join. */
        @Test
        void check7AGroupOfSomebodyElsesLeafIsRefused() throws MlsException {
            refused(a, forger.welcome(a, group(call.value(), a2, a2, true, false)), Rejection.BAD_CREDENTIAL);
            refused(a, forger.welcome(a, group(call.value(), a, a2, true, false)), Rejection.BAD_CREDENTIAL);
            refused(a, forger.welcome(a, group(call.value(), carl, carl, true, false)), Rejection.BAD_CREDENTIAL);
            refused(a, forger.welcome(a, group(call.value(), a, a, false, false)), Rejection.BAD_CREDENTIAL);
        }

        @Test
        void check8AGroupWithAnotherIdOrAThirdMemberIsRefused() throws MlsException {
            refused(a, forger.welcome(a, group(Bytes.of(new byte[16]), a, a, true, false)), Rejection.UNEXPECTED_GROUP);
            // A third leaf is no leaf of the call: it is refused by its credential before the members are counted.
            refused(a, forger.welcome(a, group(call.value(), a, a, true, true)), Rejection.BAD_CREDENTIAL);
        }

        /** Else a man in the middle could search for a leaf key under which the words match those of the other side. */
        @Test
        void check9ALeafThatTheCallerChoseAfterTheAnswerDoesNotOpenTheCommitment() throws MlsException {
            refused(a, forger.welcome(a, group(call.value(), a, a, true, false)), Rejection.COMMITMENT_NOT_OPENED);
            assertThat(Node.rejections(give(a, forger.welcome(a, good.encode()))))
                    .isEmpty();
        }

        /** A Welcome into a group that {@code named} seems to have made, with a credential by {@code signer}. */
        private Bytes group(Bytes groupId, Node named, Node signer, boolean ofThisCall, boolean withThird)
                throws MlsException {
            List<KeyPackage> added = new ArrayList<>();
            added.add(((AwaitingWelcome) b.engine.stateOf(call)).keyPackage());
            if (withThird) {
                added.add(forger.keyPackage(carl, carl, call, offerHash).keyPackage());
            }
            CallId says = ofThisCall ? call : new CallId(forger.bytes(16));
            return withWelcome(forger.welcomeInto(groupId, named, signer, says, offerHash, added));
        }

        private Bytes with(Bytes offer, Bytes answer, Bytes nonce) {
            return new CallWelcome(call, offer, answer, nonce, good.welcome()).encode();
        }

        private Bytes withWelcome(Bytes welcome) {
            return new CallWelcome(call, offerHash, good.answerHash(), good.callerNonce(), welcome).encode();
        }

        private List<CallOutput> give(Node carrier, CallMessage message) {
            return b.give(forger.from(carrier, b, a, call, message));
        }

        private void refused(Node carrier, CallMessage message, Rejection reason) {
            assertThat(Node.rejections(give(carrier, message))).containsExactly(reason);
            assertThat(b.epochs).isEmpty();
            assertThat(b.state(call)).isEqualTo(State.CONNECTING);
        }
    }

    @Nested
    class Envelopes {
        private final CallId call = a.dial(b);

        @Test
        void anEnvelopeForAnotherPersonOrDeviceIsRefused() {
            Envelope offer = a.toOffice.getFirst();
            refused(carl, offer, Rejection.NOT_FOR_US);
            refused(b2, addressed(offer, b.id), Rejection.NOT_FOR_US);
            refused(a, offer, Rejection.NOT_FOR_US);
        }

        @Test
        void anEnvelopeCountsOnceAndInItsTime() {
            Envelope offer = a.toOffice.getFirst();
            assertThat(Node.rejections(b.give(forger.arrived(offer)))).isEmpty();
            refused(b, offer, Rejection.DUPLICATE_ENVELOPE);
            world.pass(45_000 + 60_001);
            refused(b2, offer, Rejection.EXPIRED);
        }

        @Test
        void aMissedCallIsAnOfferAndNothingElse() {
            Bytes notice = forger.notice(a, call, OTHER, Notice.Type.CANCELLED).encode();
            Envelope envelope = forger.from(a, b, a, call, notice).delivery().envelope();
            assertThat(Node.rejections(b.give(
                            new CallInput.EnvelopeArrived(new Delivery(1, Delivery.Kind.MISSED, world.now, envelope)))))
                    .containsExactly(Rejection.WRONG_STATE);
        }

        @Test
        void anOfficeCannotMakeUpWhoCalled() {
            CallId id = new CallId(forger.bytes(16));
            Bytes offer = forger.newOffer(a, b, id).encode();
            CallMessage forged =
                    new CallMessage.SignedOffer(offer, a.id, forger.sign(carl, Offer.LABEL, offer), a.chain.wire());
            Envelope envelope = forger.from(a, b, a, id, forged).delivery().envelope();
            assertThat(Node.rejections(b.give(
                            new CallInput.EnvelopeArrived(new Delivery(1, Delivery.Kind.MISSED, world.now, envelope)))))
                    .containsExactly(Rejection.BAD_SIGNATURE);
            assertThat(b.missed).isEmpty();
        }

        private void refused(Node node, Envelope envelope, Rejection reason) {
            assertThat(Node.rejections(node.give(forger.arrived(envelope)))).containsExactly(reason);
        }

        private Envelope addressed(Envelope to, @Nullable DeviceId device) {
            return new Envelope(
                    new EnvelopeId(forger.bytes(16)),
                    to.from(),
                    to.fromDevice(),
                    to.to(),
                    device,
                    to.callId(),
                    to.deadline(),
                    to.message());
        }
    }

    @Nested
    class GroupMessages {
        private final CallId call = connected();

        private CallId connected() {
            CallId id = a.dial(b);
            world.settle();
            b.give(new CallInput.UserAnswer(id));
            world.settle();
            return id;
        }

        @Test
        void aHangupIsOnlyBelievedFromAMember() {
            Bytes garbage = new CallMessage.Group(forger.bytes(80)).encode();
            assertThat(Node.rejections(a.give(forger.from(b, a, b, call, garbage))))
                    .containsExactly(Rejection.BAD_GROUP_MESSAGE);
            Bytes notice = forger.notice(b, call, OTHER, Notice.Type.DECLINED).encode();
            assertThat(Node.rejections(a.give(forger.from(b, a, b, call, notice))))
                    .containsExactly(Rejection.WRONG_STATE);
            assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        }

        @Test
        void aChangeOfTheGroupIsRefusedAndTheCallGoesOn() throws MlsException {
            MlsGroup group = ((Connected) b.engine.stateOf(call)).call().group().mls();
            Proposal add =
                    new Proposal.Add(forger.keyPackage(carl, carl, call, OTHER).keyPackage());
            for (List<Proposal> proposals :
                    List.of(List.<Proposal>of(), List.<Proposal>of(new Proposal.Remove(0)), List.of(add))) {
                Bytes commit;
                try {
                    commit = group.commit(proposals, People.random(31), NOW / 1000)
                            .commitBytes();
                } catch (MlsException ownRules) {
                    // Our own validator refuses to add Carl: a hostile device would not ask it.
                    assertThat(proposals).contains(add);
                    continue;
                }
                List<CallOutput> came = a.give(forger.from(b, a, b, call, new CallMessage.Group(commit).encode()));
                assertThat(came).hasSize(1);
                assertThat(Node.rejections(came)).isSubsetOf(Rejection.GROUP_CHANGE, Rejection.BAD_GROUP_MESSAGE);
                assertThat(a.state(call)).isEqualTo(State.CONNECTED);
            }
            b.give(new CallInput.UserHangUp(call));
            world.settle();
            assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
        }

        @Test
        void applicationDataThatIsNoGroupMessageIsRefused() {
            MlsGroup group = ((Connected) b.engine.stateOf(call)).call().group().mls();
            for (Bytes data : List.of(Bytes.EMPTY, Bytes.fromHex("03"), Bytes.fromHex("0200"), Bytes.fromHex("0100"))) {
                Bytes sealed = group.protect(data, Bytes.EMPTY, People.random(32));
                assertThat(Node.rejections(a.give(forger.from(b, a, b, call, new CallMessage.Group(sealed).encode()))))
                        .containsExactly(Rejection.BAD_GROUP_MESSAGE);
            }
            Bytes withMore = group.protect(
                    new GroupMessage.Hangup(HangupReason.ENDED).encode(), Bytes.fromHex("01"), People.random(33));
            assertThat(Node.rejections(a.give(forger.from(b, a, b, call, new CallMessage.Group(withMore).encode()))))
                    .containsExactly(Rejection.BAD_GROUP_MESSAGE);
            assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        }
    }
}
