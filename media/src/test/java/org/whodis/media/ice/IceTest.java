package org.whodis.media.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.Datagram;
import org.whodis.media.RandomBytes;
import org.whodis.media.TestRandom;
import org.whodis.media.ice.IceLiteAgent.Verdict;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;

class IceTest {
    private static final long MILLIS = 1_000_000;
    private static final long SECONDS = 1000 * MILLIS;
    private static final InetSocketAddress RELAY = address(1, 5000);
    private static final InetSocketAddress HOME = address(2, 6000);
    private static final InetSocketAddress TRAIN = address(3, 7000);
    private static final InetSocketAddress EVE = address(66, 666);

    private final RandomBytes random = TestRandom.seeded(1);
    private final IceCredentials credentials = IceCredentials.generate(random);
    private final String phoneUfrag = IceCredentials.generateUfrag(random);
    private final IceLiteAgent lite = new IceLiteAgent(credentials, phoneUfrag);
    private final IceControllingAgent phone =
            new IceControllingAgent(RELAY, credentials, phoneUfrag, IceTimings.DEFAULT, random);

    private static InetSocketAddress address(int host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + host), port);
    }

    private StunEncoder request() {
        return new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, TransactionId.generate(random))
                .add(new StunAttribute.Username(credentials.ufrag() + ":" + phoneUfrag))
                .add(new StunAttribute.Priority(1))
                .add(new StunAttribute.IceControlling(1));
    }

    private StunMessage check(boolean nominating) throws Exception {
        StunEncoder encoder = request();
        if (nominating) {
            encoder.add(new StunAttribute.UseCandidate());
        }
        return StunMessage.decode(encoder.finish(credentials.integrityKey()));
    }

    private List<IceOutput> drain() {
        List<IceOutput> outputs = new ArrayList<>();
        while (true) {
            IceOutput output = phone.poll();
            outputs.add(output);
            if (output instanceof IceOutput.Timeout) {
                return outputs;
            }
        }
    }

    private List<StunMessage> checks(List<IceOutput> outputs) throws Exception {
        List<StunMessage> checks = new ArrayList<>();
        for (IceOutput output : outputs) {
            if (output instanceof IceOutput.Transmit(Datagram datagram)) {
                checks.add(StunMessage.decode(datagram.bytes()));
            }
        }
        return checks;
    }

    private long timeout() {
        return ((IceOutput.Timeout) drain().getLast()).atNanos();
    }

    private static StunMessage response(Verdict verdict) throws Exception {
        return StunMessage.decode(
                switch (verdict) {
                    case Verdict.Answered(var response) -> response.bytes();
                    case Verdict.Validated validated -> validated.response().bytes();
                    case Verdict.Unauthenticated(), Verdict.Replayed() ->
                        throw new AssertionError("no answer: " + verdict);
                });
    }

    // --- the lite agent ---

    @Test
    void anAuthenticCheckIsAnsweredWithItsMappedAddressAndTheSamePassword() throws Exception {
        StunMessage request = check(false);
        StunMessage answer = response(lite.handle(request, HOME));
        assertThat(answer.stunClass()).isEqualTo(StunClass.SUCCESS);
        assertThat(answer.transactionId()).isEqualTo(request.transactionId());
        assertThat(answer.attribute(StunAttribute.XorMappedAddress.class))
                .contains(new StunAttribute.XorMappedAddress(HOME));
        assertThat(answer.isAuthentic(credentials.integrityKey())).isTrue();
        assertThat(lite.isValidated(HOME)).isTrue();
        assertThat(lite.selected()).isNull();
    }

    @Test
    void noAnswerIsLongerThanItsRequest() throws Exception {
        InetSocketAddress ipv6 = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 1);
        for (InetSocketAddress from : List.of(HOME, ipv6)) {
            assertThat(response(lite.handle(check(false), from)).length())
                    .isLessThanOrEqualTo(check(false).length());
        }
        // The shortest request that is authentic is shorter than an answer with an IPv6 address: it goes without.
        IceLiteAgent terse = new IceLiteAgent(IceCredentials.of("abcd", "a".repeat(22)), "efgh");
        StunMessage shortest = StunMessage.decode(
                new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, TransactionId.generate(random))
                        .add(new StunAttribute.Username("abcd:efgh"))
                        .finish("a".repeat(22).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        switch (terse.handle(shortest, ipv6)) {
            case Verdict.Answered(var response) ->
                assertThat(response.bytes().length).isLessThanOrEqualTo(shortest.length());
            case Verdict.Validated _, Verdict.Replayed _, Verdict.Unauthenticated _ ->
                throw new AssertionError("a request without a role is refused with an error");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"password", "ufrag", "their ufrag", "no integrity", "no username", "indication", "response"})
    void whateverIsNotAuthenticGetsNoAnswer(String wrong) throws Exception {
        StunClass stunClass = switch (wrong) {
            case "indication" -> StunClass.INDICATION;
            case "response" -> StunClass.SUCCESS;
            default -> StunClass.REQUEST;
        };
        StunEncoder encoder = new StunEncoder(stunClass, StunMessage.BINDING, TransactionId.generate(random));
        switch (wrong) {
            case "no username" -> {}
            case "ufrag" -> encoder.add(new StunAttribute.Username("abcd:" + phoneUfrag));
            case "their ufrag" -> encoder.add(new StunAttribute.Username(credentials.ufrag() + ":abcd"));
            default -> encoder.add(new StunAttribute.Username(credentials.ufrag() + ":" + phoneUfrag));
        }
        encoder.add(new StunAttribute.IceControlling(1));
        byte[] key = switch (wrong) {
            case "no integrity" -> null;
            case "password" -> IceCredentials.generate(random).integrityKey();
            default -> credentials.integrityKey();
        };
        assertThat(lite.handle(StunMessage.decode(encoder.finish(key)), HOME)).isEqualTo(new Verdict.Unauthenticated());
        assertThat(lite.isValidated(HOME)).isFalse();
    }

    @Test
    @DisplayName("RFC 8445, section 7.3.1.1: a request of the controlled role is answered 487")
    void aControlledPeerIsToldOfTheConflict() throws Exception {
        StunMessage request = StunMessage.decode(
                new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, TransactionId.generate(random))
                        .add(new StunAttribute.Username(credentials.ufrag() + ":" + phoneUfrag))
                        .add(new StunAttribute.Priority(1))
                        .add(new StunAttribute.IceControlled(1))
                        .finish(credentials.integrityKey()));
        StunMessage answer = response(lite.handle(request, HOME));
        assertThat(answer.attribute(StunAttribute.ErrorCode.class))
                .contains(new StunAttribute.ErrorCode(487, "Role Conflict"));
        assertThat(lite.isValidated(HOME)).isFalse();
    }

    @Test
    @DisplayName("RFC 8489, section 6.3.1: unknown comprehension-required attributes are answered 420 and listed")
    void unknownRequiredAttributesAreListed() throws Exception {
        // There is no way to write an unknown attribute, so one is made of PRIORITY by its type.
        byte[] bytes = request().finish(null);
        int priorityAt = 20 + 4 + (credentials.ufrag().length() + 1 + phoneUfrag.length() + 3 & ~3);
        bytes[priorityAt] = 0x7f;
        byte[] unsigned = java.util.Arrays.copyOf(bytes, bytes.length - 8);
        byte[] mac = StunSigner.sign(unsigned, credentials.integrityKey());
        StunMessage answer = response(lite.handle(StunMessage.decode(mac), HOME));
        assertThat(answer.attribute(StunAttribute.ErrorCode.class).map(StunAttribute.ErrorCode::code))
                .contains(420);
        assertThat(answer.attribute(StunAttribute.UnknownAttributes.class))
                .contains(new StunAttribute.UnknownAttributes(List.of(0x7f24)));
        assertThat(lite.isValidated(HOME)).isFalse();
    }

    @Test
    void theLatestNominationIsSelectedUntilThereAreKeys() throws Exception {
        lite.handle(check(true), HOME);
        assertThat(lite.selected()).isEqualTo(HOME);
        lite.handle(check(true), TRAIN);
        assertThat(lite.selected()).isEqualTo(TRAIN);
    }

    @Test
    void onceThereAreKeysANominationMovesNothingBeforeAnAuthenticPacketConfirmsIt() throws Exception {
        lite.handle(check(true), HOME);
        lite.lock();
        lite.handle(check(true), TRAIN);
        assertThat(lite.selected()).isEqualTo(HOME);
        assertThat(lite.confirm(TRAIN)).isTrue();
        assertThat(lite.selected()).isEqualTo(TRAIN);
        assertThat(lite.confirm(TRAIN)).isFalse();
    }

    @Test
    void anAddressThatWasNotNominatedIsNeverSelected() throws Exception {
        lite.handle(check(true), HOME);
        lite.lock();
        lite.handle(check(false), TRAIN);
        assertThat(lite.confirm(TRAIN)).isFalse();
        assertThat(lite.confirm(EVE)).isFalse();
        assertThat(lite.selected()).isEqualTo(HOME);
    }

    @Test
    void aCapturedRequestSentAgainFromElsewhereIsNotAnsweredAndMovesNothing() throws Exception {
        StunMessage captured = check(true);
        lite.handle(captured, HOME);
        assertThat(lite.handle(captured, EVE)).isEqualTo(new Verdict.Replayed());
        assertThat(lite.selected()).isEqualTo(HOME);
        assertThat(lite.isValidated(EVE)).isFalse();
    }

    @Test
    void aRetransmissionIsAnsweredAgain() throws Exception {
        StunMessage request = check(true);
        StunMessage first = response(lite.handle(request, HOME));
        Verdict again = lite.handle(request, HOME);
        assertThat(again).isInstanceOf(Verdict.Answered.class);
        assertThat(response(again).transactionId()).isEqualTo(first.transactionId());
    }

    @Test
    void whoeverKeepsTheOriginalBackAndSendsItFromElsewhereStillGetsNoMedia() throws Exception {
        lite.handle(check(true), HOME);
        lite.lock();
        StunMessage stolen = check(true);
        assertThat(lite.handle(stolen, EVE)).isInstanceOf(Verdict.Validated.class);
        assertThat(lite.selected()).isEqualTo(HOME);
    }

    @Test
    void addressesAreBoundedAndTheSelectedOneIsNeverForgotten() throws Exception {
        lite.handle(check(true), HOME);
        lite.lock();
        List<Optional<InetSocketAddress>> forgotten = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (lite.handle(check(true), address(100, 1000 + i)) instanceof Verdict.Validated validated) {
                forgotten.add(validated.forgotten());
            }
        }
        assertThat(lite.validated()).hasSize(IceLiteAgent.MAX_ADDRESSES).contains(HOME);
        assertThat(forgotten).hasSize(100).doesNotContain(Optional.of(HOME));
        assertThat(lite.selected()).isEqualTo(HOME);
    }

    // --- the controlling agent ---

    private void connect(long now) throws Exception {
        phone.start(now);
        StunMessage first = checks(drain()).getFirst();
        assertThat(phone.handle(response(lite.handle(first, HOME)), now + MILLIS))
                .isTrue();
        List<IceOutput> outputs = drain();
        assertThat(outputs).contains(new IceOutput.Connected());
        StunMessage nomination = checks(outputs).getFirst();
        assertThat(nomination.has(StunAttribute.UseCandidate.class)).isTrue();
        phone.handle(response(lite.handle(nomination, HOME)), now + 2 * MILLIS);
        assertThat(lite.selected()).isEqualTo(HOME);
    }

    @Test
    void theFirstAnswerConnectsAndIsFollowedByANomination() throws Exception {
        connect(0);
        assertThat(phone.isConnected()).isTrue();
        assertThat(phone.roundTripNanos()).isEqualTo(MILLIS);
        assertThat(timeout()).isEqualTo(2 * MILLIS + 5 * SECONDS);
    }

    @Test
    void unansweredChecksAreRepeatedAtGrowingDistancesUntilItIsGivenUp() throws Exception {
        phone.start(0);
        List<Long> sentAt = new ArrayList<>();
        List<TransactionId> ids = new ArrayList<>();
        long now = 0;
        while (now < 11 * SECONDS) {
            List<IceOutput> outputs = drain();
            for (StunMessage check : checks(outputs)) {
                sentAt.add(now);
                ids.add(check.transactionId());
                assertThat(check.has(StunAttribute.UseCandidate.class)).isFalse();
                assertThat(check.has(StunAttribute.IceControlling.class)).isTrue();
                assertThat(check.has(StunAttribute.Priority.class)).isTrue();
            }
            if (outputs.contains(new IceOutput.Unreachable())) {
                break;
            }
            now = ((IceOutput.Timeout) outputs.getLast()).atNanos();
            phone.handleTimeout(now);
        }
        assertThat(now).isEqualTo(10 * SECONDS);
        assertThat(sentAt.subList(0, 6))
                .containsExactly(0L, 50 * MILLIS, 150 * MILLIS, 350 * MILLIS, 750 * MILLIS, 1550 * MILLIS);
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(timeout()).isEqualTo(IceOutput.Timeout.NEVER);
    }

    @Test
    void answersThatAreForgedOrAnswerNothingAreIgnored() throws Exception {
        phone.start(0);
        StunMessage check = checks(drain()).getFirst();
        StunMessage forged = StunMessage.decode(
                new StunEncoder(StunClass.SUCCESS, StunMessage.BINDING, check.transactionId()).finish(new byte[16]));
        StunMessage unsigned =
                StunMessage.decode(new StunEncoder(StunClass.ERROR, StunMessage.BINDING, check.transactionId())
                        .add(new StunAttribute.ErrorCode(487, ""))
                        .finish(null));
        StunMessage stray = StunMessage.decode(
                new StunEncoder(StunClass.SUCCESS, StunMessage.BINDING, TransactionId.generate(random))
                        .finish(credentials.integrityKey()));
        for (StunMessage message : List.of(forged, unsigned, stray, check)) {
            assertThat(phone.handle(message, MILLIS)).isFalse();
        }
        assertThat(phone.isConnected()).isFalse();
        assertThat(phone.handle(response(lite.handle(check, HOME)), MILLIS)).isTrue();
        assertThat(phone.isConnected()).isTrue();
    }

    @Test
    void anAuthenticRoleConflictEndsIt() throws Exception {
        phone.start(0);
        StunMessage check = checks(drain()).getFirst();
        phone.handle(
                StunMessage.decode(new StunEncoder(StunClass.ERROR, StunMessage.BINDING, check.transactionId())
                        .add(new StunAttribute.ErrorCode(487, "Role Conflict"))
                        .finish(credentials.integrityKey())),
                MILLIS);
        assertThat(drain()).contains(new IceOutput.RoleConflict());
    }

    @Test
    @DisplayName(
            "RFC 7675, section 5.1: consent expires 30 seconds after the last valid answer, and nothing is sent then")
    void consentThatIsNotRenewedIsLost() throws Exception {
        connect(0);
        List<Long> sentAt = new ArrayList<>();
        long now = 0;
        while (true) {
            List<IceOutput> outputs = drain();
            if (!checks(outputs).isEmpty()) {
                sentAt.add(now);
            }
            if (outputs.contains(new IceOutput.ConsentLost())) {
                break;
            }
            now = ((IceOutput.Timeout) outputs.getLast()).atNanos();
            phone.handleTimeout(now);
        }
        assertThat(now).isEqualTo(2 * MILLIS + 30 * SECONDS);
        assertThat(sentAt).as("one check each 5 s").hasSize(5);
        assertThat(phone.isConnected()).isFalse();
        phone.handleTimeout(now + SECONDS);
        phone.localAddressChanged(now + SECONDS);
        assertThat(checks(drain())).isEmpty();
    }

    @Test
    void consentThatIsRenewedLasts() throws Exception {
        connect(0);
        long now = 0;
        while (now < 600 * SECONDS) {
            List<IceOutput> outputs = drain();
            assertThat(outputs).doesNotContain(new IceOutput.ConsentLost());
            for (StunMessage check : checks(outputs)) {
                phone.handle(response(lite.handle(check, HOME)), now);
            }
            now = timeout();
            phone.handleTimeout(now);
        }
    }

    @Test
    void aNewSocketIsCheckedAtOnceUnderTheSameCredentialsAndOldAnswersDoNotCount() throws Exception {
        connect(0);
        phone.handleTimeout(5 * SECONDS + 2 * MILLIS);
        StunMessage fromOldSocket = checks(drain()).getFirst();
        phone.localAddressChanged(6 * SECONDS);
        assertThat(phone.isConnected()).isFalse();
        StunMessage fromNewSocket = checks(drain()).getFirst();
        phone.handle(response(lite.handle(fromOldSocket, HOME)), 6 * SECONDS + MILLIS);
        assertThat(phone.isConnected()).isFalse();
        phone.handle(response(lite.handle(fromNewSocket, TRAIN)), 6 * SECONDS + 2 * MILLIS);
        assertThat(phone.isConnected()).isTrue();
        StunMessage nomination = checks(drain()).getFirst();
        assertThat(nomination.has(StunAttribute.UseCandidate.class)).isTrue();
        lite.lock();
        lite.handle(nomination, TRAIN);
        assertThat(lite.confirm(TRAIN)).isTrue();
    }

    @Test
    void aLostNominationIsRepeatedSoon() throws Exception {
        phone.start(0);
        phone.handle(response(lite.handle(checks(drain()).getFirst(), HOME)), MILLIS);
        drain();
        long next = timeout();
        assertThat(next).isEqualTo(51 * MILLIS);
        phone.handleTimeout(next);
        assertThat(checks(drain()).getFirst().has(StunAttribute.UseCandidate.class))
                .isTrue();
    }

    @Test
    void credentialsHaveTheLengthsThatTheRfcWantsAndThePasswordNeverPrints() {
        assertThat(credentials.exposePassword()).hasSize(32);
        assertThat(credentials.ufrag()).hasSize(8);
        assertThat(credentials.toString()).doesNotContain(credentials.exposePassword());
        assertThatThrownBy(() -> IceCredentials.of("abc", "a".repeat(22))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IceCredentials.of("abcd", "a".repeat(21)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IceCredentials.of("ab:d", "a".repeat(22)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IceCredentials.of("a".repeat(257), "a".repeat(22)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
