package org.whodis.media.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.media.turn.TurnClient.CLIENT;
import static org.whodis.media.turn.TurnClient.PEER;
import static org.whodis.media.turn.TurnClient.REALM;
import static org.whodis.media.turn.TurnClient.RELAYED;
import static org.whodis.media.turn.TurnClient.SECOND;
import static org.whodis.media.turn.TurnClient.address;
import static org.whodis.media.turn.TurnClient.error;
import static org.whodis.media.turn.TurnClient.join;
import static org.whodis.media.turn.TurnClient.plain;
import static org.whodis.media.turn.TurnSession.ALLOCATE;
import static org.whodis.media.turn.TurnSession.CHANNEL_BIND;
import static org.whodis.media.turn.TurnSession.CREATE_PERMISSION;
import static org.whodis.media.turn.TurnSession.DATA;
import static org.whodis.media.turn.TurnSession.REFRESH;
import static org.whodis.media.turn.TurnSession.SEND;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.TestRandom;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.stun.TurnAttribute;

class TurnSessionTest {
    private static final int CHANNEL = 0x4001;
    private static final byte[] HELLO = {1, 2, 3, 4, 5};

    private static TurnAttribute.XorPeerAddress peer(InetSocketAddress address) {
        return new TurnAttribute.XorPeerAddress(address);
    }

    private static TurnAttribute.ChannelNumber channel(int number) {
        return new TurnAttribute.ChannelNumber(number);
    }

    private static byte[] indication(InetSocketAddress to, byte[] data) {
        return plain(StunClass.INDICATION, SEND, peer(to), new TurnAttribute.Data(data))
                .finish(null);
    }

    // ---- credentials

    @Test
    @DisplayName(
            "RFC 8489, section 9.2.4: without MESSAGE-INTEGRITY the server MUST answer 401 with REALM and NONCE, and"
                    + " the response SHOULD NOT have MESSAGE-INTEGRITY")
    void aStrangerIsChallenged() throws Exception {
        TurnClient client = new TurnClient();
        StunMessage refused = client.learnNonce();
        assertThat(error(refused)).isEqualTo(401);
        assertThat(refused.attribute(TurnAttribute.Realm.class)).contains(new TurnAttribute.Realm(REALM));
        assertThat(client.nonce).hasSizeGreaterThan(20);
        assertThat(refused.hasIntegrity()).isFalse();
        assertThat(refused.has(StunAttribute.Username.class)).isFalse();
        assertThat(client.quota.taken).isZero();
    }

    @Test
    @DisplayName(
            "RFC 8489, section 9.2.4: MESSAGE-INTEGRITY without USERNAME, REALM or NONCE MUST be answered with 400")
    void anIntegrityThatSaysNotWhoseItIsIsABadRequest() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        List<StunAttribute> all = List.of(
                new StunAttribute.Username(client.credential.username()),
                new TurnAttribute.Realm(REALM),
                new TurnAttribute.Nonce(client.nonce));
        for (int missing = 0; missing < all.size(); missing++) {
            StunEncoder request = plain(StunClass.REQUEST, ALLOCATE, new TurnAttribute.RequestedTransport(17));
            for (int i = 0; i < all.size(); i++) {
                if (i != missing) {
                    request.add(all.get(i));
                }
            }
            assertThat(error(client.ask(request.finish(client.key())))).isEqualTo(400);
        }
    }

    @Test
    @DisplayName("RFC 8489, section 9.2.4: a NONCE that is no longer valid MUST be answered with 438 and a valid one")
    void aNonceGrowsStaleAfterAnHourAndTheNextOneServes() throws Exception {
        TurnClient client = TurnClient.allocated();
        String first = client.nonce;
        for (int i = 0; i < 7; i++) {
            client.now += 590 * SECOND;
            if (outcome(client, REFRESH) == 438) {
                client.nonce = StunMessage.decode(client.toClient.getLast())
                        .attribute(TurnAttribute.Nonce.class)
                        .orElseThrow()
                        .value();
                assertThat(outcome(client, REFRESH)).isZero();
            }
        }
        assertThat(client.nonce).isNotEqualTo(first);
        client.nonce = first;
        assertThat(outcome(client, REFRESH)).isEqualTo(438);
    }

    /** 0 for success. */
    private static int outcome(TurnClient client, int method, StunAttribute... attributes) throws Exception {
        StunMessage answer = client.ask(method, attributes);
        return answer.stunClass() == StunClass.SUCCESS ? 0 : error(answer);
    }

    @Test
    @DisplayName(
            "RFC 8489, section 9.2.4: an unknown user name and a wrong MESSAGE-INTEGRITY MUST be answered with 401")
    void whoHasNoCredentialOfOursIsRefused() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        TurnCredential good = client.credential;
        TurnCredential others = new TurnCredentials(TestRandom.seeded(99)).issue(PEER, TurnClient.HOLDER, client.now);
        for (TurnCredential bad : List.of(
                others,
                new TurnCredential(good.username(), others.password()),
                new TurnCredential(good.username().substring(1), good.password()),
                new TurnCredential("anna", good.password()),
                new TurnCredential("!", good.password()),
                new TurnCredential("", good.password()))) {
            client.credential = bad;
            assertThat(error(client.allocate())).isEqualTo(401);
        }
        assertThat(client.quota.taken).isZero();
        client.credential = good;
        assertThat(client.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
    }

    @Test
    void aCredentialEndsAfterTwelveHours() throws Exception {
        TurnClient client = new TurnClient();
        client.credential =
                client.credentials.issue(PEER, TurnClient.HOLDER, client.now - TurnCredentials.LIFETIME_NANOS + SECOND);
        client.learnNonce();
        assertThat(client.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
        client.now += SECOND;
        assertThat(outcome(client, REFRESH)).isEqualTo(401);
    }

    @Test
    void whoeverGuessesIsCutOff() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        client.credential = new TurnCredential(client.credential.username(), "guess");
        for (int i = 1; i < TurnLimits.MAX_UNAUTHENTICATED; i++) {
            assertThat(error(client.allocate())).isEqualTo(401);
        }
        client.send(client.signed(ALLOCATE));
        assertThat(client.cut()).isEqualTo(TurnOutput.Reason.UNAUTHENTICATED);
    }

    @Test
    @DisplayName("RFC 8489, section 9.2.4: every other response to an authentic request MUST have MESSAGE-INTEGRITY")
    void answersToAuthenticRequestsAreAuthentic() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(StunMessage.decode(client.toClient.getLast()).isAuthentic(client.key()))
                .isTrue();
        assertThat(client.allocate().isAuthentic(client.key())).isTrue();
        assertThat(client.ask(CREATE_PERMISSION, peer(address("10.0.0.1", 1))).isAuthentic(client.key()))
                .isTrue();
    }

    @Test
    @DisplayName("RFC 8489, section 6.3.1: an unknown attribute that must be understood is answered with 420")
    void unknownAttributesAreNamed() throws Exception {
        TurnClient client = TurnClient.allocated();
        byte[] unknown = HexFormat.of().parseHex("7ffe0000");
        byte[] whole = client.signed(REFRESH);
        // Behind the header, so that MESSAGE-INTEGRITY covers it.
        StunEncoder encoder = plain(StunClass.REQUEST, REFRESH, new StunAttribute.UseCandidate())
                .add(new StunAttribute.Username(client.credential.username()))
                .add(new TurnAttribute.Realm(REALM))
                .add(new TurnAttribute.Nonce(client.nonce));
        byte[] request = encoder.finish(null);
        System.arraycopy(unknown, 0, request, StunMessage.HEADER_LENGTH, 4);
        StunMessage answer = client.ask(resigned(request, client.key()));
        assertThat(error(answer)).isEqualTo(420);
        assertThat(answer.attribute(StunAttribute.UnknownAttributes.class))
                .contains(new StunAttribute.UnknownAttributes(List.of(0x7ffe)));
        assertThat(client.ask(whole).stunClass()).isEqualTo(StunClass.SUCCESS);
    }

    /** The attributes of a message without integrity, copied as they are into one that has it. */
    private static byte[] resigned(byte[] message, byte[] key) throws Exception {
        int end = message.length - 8;
        byte[] grown = Arrays.copyOf(Arrays.copyOf(message, end), end + 24);
        grown[2] = (byte) (end + 24 - StunMessage.HEADER_LENGTH >> 8);
        grown[3] = (byte) (end + 24 - StunMessage.HEADER_LENGTH);
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA1");
        mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA1"));
        mac.update(grown, 0, end);
        grown[end + 1] = 8;
        grown[end + 3] = 20;
        System.arraycopy(mac.doFinal(), 0, grown, end + 4, 20);
        return grown;
    }

    @Test
    @DisplayName("RFC 5769, section 2.4: the sample request with long-term authentication")
    void theKeyOfACredentialIsThatOfTheSpecification() throws Exception {
        StunMessage message = StunMessage.decode(HexFormat.of()
                .parseHex("000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe3"
                        + "82b900000015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b"
                        + "6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666"));
        assertThat(message.attribute(TurnAttribute.Realm.class)).contains(new TurnAttribute.Realm("example.org"));
        assertThat(message.attribute(TurnAttribute.Nonce.class))
                .contains(new TurnAttribute.Nonce("f//499k954d6OL34oL9FSTvy64sA"));
        String name =
                message.attribute(StunAttribute.Username.class).orElseThrow().value();
        assertThat(message.isAuthentic(TurnSession.longTermKey(name, "example.org", "TheMatrIX")))
                .isTrue();
        assertThat(message.isAuthentic(TurnSession.longTermKey(name, "example.org", "TheMatrIx")))
                .isFalse();
    }

    // ---- allocations

    @Test
    @DisplayName("RFC 8656, section 7.2: the success response has XOR-RELAYED-ADDRESS, LIFETIME and XOR-MAPPED-ADDRESS")
    void anAllocationSaysWhereTheRelaySeesTheClient() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        StunMessage answer = client.allocate();
        assertThat(answer.attribute(TurnAttribute.XorRelayedAddress.class))
                .contains(new TurnAttribute.XorRelayedAddress(RELAYED));
        assertThat(answer.attribute(StunAttribute.XorMappedAddress.class))
                .contains(new StunAttribute.XorMappedAddress(CLIENT));
        assertThat(answer.attribute(TurnAttribute.Lifetime.class)).contains(new TurnAttribute.Lifetime(600));
        assertThat(client.pathsOpen).isOne();
        assertThat(client.quota.taken).isOne();
    }

    @ParameterizedTest
    @CsvSource({"0, 600", "599, 600", "601, 601", "3600, 3600", "3601, 3600", "4294967295, 3600"})
    @DisplayName("RFC 8656, section 7.2: a lifetime SHOULD be at least 600 s; here it is at most an hour")
    void lifetimesAreKeptWithinBounds(long asked, long granted) throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        assertThat(client.allocate(new TurnAttribute.Lifetime(asked)).attribute(TurnAttribute.Lifetime.class))
                .contains(new TurnAttribute.Lifetime(granted));
    }

    @Test
    @DisplayName("RFC 8656, section 7.2: a second Allocate on a 5-tuple MUST be answered with 437")
    void thereIsOneAllocationOnAConnection() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(error(client.allocate())).isEqualTo(437);
        assertThat(client.quota.taken).isOne();
        assertThat(client.pathsOpen).isOne();
    }

    @Test
    @DisplayName(
            "RFC 8656, section 7.2: without REQUESTED-TRANSPORT MUST be answered with 400, other than UDP with 442")
    void onlyUdpIsRelayed() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        assertThat(error(client.ask(ALLOCATE))).isEqualTo(400);
        assertThat(error(client.ask(ALLOCATE, new TurnAttribute.RequestedTransport(6))))
                .isEqualTo(442);
        assertThat(client.pathsOpen).isZero();
    }

    @Test
    @DisplayName("RFC 8656, section 7.2: what this server cannot do MUST be refused: 420, 508, 400, 440")
    void whatIsNotOfferedIsRefusedAsTheSpecificationSays() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        StunMessage fragment = client.allocate(new TurnAttribute.DontFragment());
        assertThat(error(fragment)).isEqualTo(420);
        assertThat(fragment.attribute(StunAttribute.UnknownAttributes.class))
                .contains(new StunAttribute.UnknownAttributes(List.of(0x1a)));
        assertThat(error(client.allocate(new TurnAttribute.EvenPort(true)))).isEqualTo(508);
        assertThat(error(client.allocate(new TurnAttribute.ReservationToken(1))))
                .isEqualTo(508);
        assertThat(error(client.allocate(new TurnAttribute.ReservationToken(1), new TurnAttribute.EvenPort(false))))
                .isEqualTo(400);
        assertThat(error(client.allocate(
                        new TurnAttribute.ReservationToken(1), new TurnAttribute.RequestedAddressFamily(1))))
                .isEqualTo(400);
        assertThat(error(client.allocate(new TurnAttribute.RequestedAddressFamily(2))))
                .isEqualTo(440);
        assertThat(error(client.allocate(new TurnAttribute.RequestedAddressFamily(3))))
                .isEqualTo(440);
        assertThat(client.allocate(new TurnAttribute.RequestedAddressFamily(1)).stunClass())
                .isEqualTo(StunClass.SUCCESS);
    }

    @Test
    void aRelayOnIpv6IsReachedByWhoAsksForIpv6() throws Exception {
        InetSocketAddress relay = address("2001:db8::7", 3478);
        TurnClient client = new TurnClient(relay);
        client.learnNonce();
        assertThat(error(client.allocate())).isEqualTo(440);
        assertThat(client.allocate(new TurnAttribute.RequestedAddressFamily(2)).stunClass())
                .isEqualTo(StunClass.SUCCESS);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(relay))).isZero();
        assertThat(outcome(client, CREATE_PERMISSION, peer(address("2001:db8::8", 3478))))
                .isEqualTo(403);
        assertThat(outcome(client, CREATE_PERMISSION, peer(address("::1", 3478))))
                .isEqualTo(403);
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER))).isEqualTo(443);
    }

    @Test
    @DisplayName("RFC 8656, section 7.2: over the quota MUST be answered with 486, without room with 508")
    void thereIsAnEndToAllocations() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        client.quota.answer = TurnQuota.Answer.USED_UP;
        assertThat(error(client.allocate())).isEqualTo(486);
        client.quota.answer = TurnQuota.Answer.FULL;
        assertThat(error(client.allocate())).isEqualTo(508);
        client.quota.answer = TurnQuota.Answer.GRANTED;
        client.pathsCanBeOpened = false;
        assertThat(error(client.allocate())).isEqualTo(508);
        assertThat(client.quota.taken).isZero();
        client.pathsCanBeOpened = true;
        assertThat(client.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
    }

    @Test
    @DisplayName("RFC 8656, section 8.2: Refresh sets the lifetime anew; with 0 the allocation is gone")
    void anAllocationLivesAsLongAsItIsRefreshed() throws Exception {
        TurnClient client = TurnClient.allocated();
        client.now += 599 * SECOND;
        assertThat(client.ask(REFRESH).attribute(TurnAttribute.Lifetime.class))
                .contains(new TurnAttribute.Lifetime(600));
        client.now += 599 * SECOND;
        assertThat(client.ask(REFRESH, new TurnAttribute.Lifetime(0)).attribute(TurnAttribute.Lifetime.class))
                .contains(new TurnAttribute.Lifetime(0));
        assertThat(client.pathsOpen).isZero();
        assertThat(client.quota.taken).isZero();
        assertThat(outcome(client, REFRESH)).isEqualTo(437);
        assertThat(client.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
        assertThat(outcome(client, REFRESH, new TurnAttribute.RequestedAddressFamily(2)))
                .isEqualTo(443);
    }

    @Test
    void anAllocationThatIsNotRefreshedEndsWithItsConnection() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(client.timeoutAt - client.now).isEqualTo(600 * SECOND);
        client.pass(600 * SECOND - 1);
        assertThat(client.cut()).isNull();
        client.pass(1);
        assertThat(client.cut()).isEqualTo(TurnOutput.Reason.IDLE);
        assertThat(client.pathsOpen).isZero();
        assertThat(client.quota.taken).isZero();
        client.send(client.signed(REFRESH));
        assertThat(client.cuts).hasSize(1);
    }

    @Test
    void aConnectionWithoutAnAllocationEndsSoon() {
        TurnClient client = new TurnClient();
        client.pass(TurnLimits.ARRIVAL_NANOS);
        assertThat(client.cut()).isEqualTo(TurnOutput.Reason.IDLE);
    }

    @Test
    void aConnectionThatIsGoneGivesBackWhatItHeld() throws Exception {
        TurnClient client = TurnClient.allocated();
        client.session.close();
        assertThat(client.quota.taken).isZero();
        assertThat(client.session.isAllocated()).isFalse();
        client.session.close();
        assertThat(client.quota.taken).isZero();
    }

    @Test
    @DisplayName("RFC 8656, section 5: requests on an allocation MUST be of the same credential, else 441")
    void anAllocationIsOfTheCredentialThatMadeIt() throws Exception {
        TurnClient client = TurnClient.allocated();
        client.credential = client.credentials.issue(PEER, TurnClient.HOLDER, client.now);
        assertThat(outcome(client, REFRESH)).isEqualTo(441);
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER))).isEqualTo(441);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isEqualTo(441);
    }

    // ---- where it leads

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 3479", // the relay's machine, another port
        "203.0.113.7, 0",
        "203.0.113.7, 22",
        "203.0.113.8, 3478",
        "198.51.100.9, 50000", // the client itself
        "127.0.0.1, 3478",
        "127.1.2.3, 3478",
        "0.0.0.0, 3478",
        "10.0.0.1, 3478",
        "172.16.0.1, 3478",
        "192.168.1.1, 3478",
        "169.254.169.254, 80", // where clouds keep their secrets
        "100.64.0.1, 3478",
        "224.0.0.1, 3478",
        "239.255.255.250, 1900",
        "255.255.255.255, 3478",
        "240.0.0.1, 3478",
    })
    void noOtherAddressThanTheRelaysIsEverReached(String literal, int port) throws Exception {
        TurnClient client = TurnClient.allocated();
        InetSocketAddress forbidden = address(literal, port);
        assertThat(outcome(client, CREATE_PERMISSION, peer(forbidden))).isEqualTo(403);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(forbidden)))
                .isEqualTo(403);
        nothingGoesThere(client, forbidden);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "ff02::1",
                "2001:db8::7",
                "::ffff:203.0.113.7",
                "::ffff:127.0.0.1",
                "::203.0.113.7",
                "64:ff9b::cb00:7107",
                "2002:cb00:7107::1"
            })
    @DisplayName("RFC 8656, section 10.2: a peer of another family MUST be refused with 443, however it is spelled")
    void noAddressOfTheOtherFamilyIsEverReached(String literal) throws Exception {
        TurnClient client = TurnClient.allocated();
        byte[] raw = literal.startsWith("::ffff:")
                ? mapped(address(literal.substring(7), 3478).getAddress().getAddress())
                : address(literal, 3478).getAddress().getAddress();
        InetSocketAddress forbidden =
                new InetSocketAddress(java.net.Inet6Address.getByAddress(null, raw, -1), PEER.getPort());
        assertThat(outcome(client, CREATE_PERMISSION, peer(forbidden))).isEqualTo(443);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(forbidden)))
                .isEqualTo(443);
        nothingGoesThere(client, forbidden);
    }

    private static byte[] mapped(byte[] ipv4) {
        byte[] out = new byte[16];
        out[10] = out[11] = -1;
        System.arraycopy(ipv4, 0, out, 12, 4);
        return out;
    }

    private static void nothingGoesThere(TurnClient client, InetSocketAddress forbidden) throws Exception {
        client.send(indication(forbidden, HELLO));
        client.send(TurnStream.channelData(CHANNEL, HELLO));
        assertThat(client.toRelay).isEmpty();
        // With a permission for the relay it is the same.
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isZero();
        client.send(indication(forbidden, HELLO));
        assertThat(client.toRelay).isEmpty();
        client.send(indication(PEER, HELLO));
        assertThat(client.toRelay).containsExactly(HELLO);
    }

    @Test
    @DisplayName("RFC 8656, section 10.2: if one of several addresses is refused, no permission MUST be installed")
    void permissionsAreGivenForAllAddressesOrNone() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER), peer(address("10.0.0.1", 1))))
                .isEqualTo(403);
        client.send(indication(PEER, HELLO));
        assertThat(client.toRelay).isEmpty();
        assertThat(outcome(client, CREATE_PERMISSION)).isEqualTo(400);
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER), peer(PEER))).isZero();
        client.send(indication(PEER, HELLO));
        assertThat(client.toRelay).containsExactly(HELLO);
    }

    // ---- data

    @Test
    @DisplayName("RFC 8656, section 9: without a permission the server MUST NOT relay, in either direction")
    void withoutAPermissionNothingPasses() throws Exception {
        TurnClient client = TurnClient.allocated();
        int said = client.toClient.size();
        client.send(indication(PEER, HELLO));
        client.fromRelay(HELLO);
        assertThat(client.toRelay).isEmpty();
        assertThat(client.toClient).hasSize(said);
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER))).isZero();
        client.send(indication(PEER, HELLO));
        client.fromRelay(HELLO);
        assertThat(client.toRelay).containsExactly(HELLO);
        StunMessage data = StunMessage.decode(client.toClient.getLast());
        assertThat(data.stunClass()).isEqualTo(StunClass.INDICATION);
        assertThat(data.method()).isEqualTo(DATA);
        assertThat(data.attribute(TurnAttribute.XorPeerAddress.class)).contains(peer(PEER));
        assertThat(data.attribute(TurnAttribute.Data.class).orElseThrow().bytes())
                .isEqualTo(HELLO);
        assertThat(client.media.getLast()).isTrue();
    }

    @Test
    @DisplayName("RFC 8656, section 9: a permission MUST last 300 seconds and no longer, unless it is refreshed")
    void aPermissionLastsFiveMinutes() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER))).isZero();
        client.pass(299 * SECOND);
        client.send(indication(PEER, HELLO));
        assertThat(client.toRelay).hasSize(1);
        client.pass(SECOND);
        client.send(indication(PEER, HELLO));
        assertThat(client.toRelay).hasSize(1);
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER))).isZero();
        client.send(indication(PEER, HELLO));
        assertThat(client.toRelay).hasSize(2);
    }

    @Test
    @DisplayName(
            "RFC 8656, section 12.5: over TCP ChannelData MUST be padded to four bytes, which the length does not count")
    void channelsCarryDataInBothDirections() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isZero();
        for (int length = 0; length < 9; length++) {
            byte[] data = new byte[length];
            Arrays.fill(data, (byte) 0x5a);
            client.send(TurnStream.channelData(CHANNEL, data));
            assertThat(client.toRelay.getLast()).isEqualTo(data);
            client.fromRelay(data);
            byte[] frame = client.toClient.getLast();
            assertThat(frame.length % 4).isZero();
            assertThat(frame).startsWith(0x40, 0x01, 0, length);
            assertThat(Arrays.copyOfRange(frame, 4, 4 + length)).isEqualTo(data);
        }
    }

    @Test
    @DisplayName("RFC 8656, section 12.2: a number out of range, a second channel for a peer MUST be answered with 400")
    void aPeerHasOneChannel() throws Exception {
        TurnClient client = TurnClient.allocated();
        for (int wrong : new int[] {0, 0x3fff, 0x5000, 0xffff}) {
            assertThat(outcome(client, CHANNEL_BIND, channel(wrong), peer(PEER)))
                    .isEqualTo(400);
        }
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL))).isEqualTo(400);
        assertThat(outcome(client, CHANNEL_BIND, peer(PEER))).isEqualTo(400);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isZero();
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isZero();
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL + 1), peer(PEER)))
                .isEqualTo(400);
        client.send(TurnStream.channelData(CHANNEL + 1, HELLO));
        assertThat(client.toRelay).isEmpty();
    }

    @Test
    @DisplayName(
            "RFC 8656, section 12.2: a channel lasts 10 minutes; another number MUST NOT follow for 5 minutes more")
    void aChannelLastsTenMinutes() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(outcome(client, REFRESH, new TurnAttribute.Lifetime(3600))).isZero();
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isZero();
        client.pass(599 * SECOND);
        client.send(TurnStream.channelData(CHANNEL, HELLO));
        assertThat(client.toRelay).hasSize(1);
        client.pass(SECOND);
        client.send(TurnStream.channelData(CHANNEL, HELLO));
        assertThat(client.toRelay).hasSize(1);
        client.pass(299 * SECOND);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL + 1), peer(PEER)))
                .isEqualTo(400);
        client.pass(SECOND);
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL + 1), peer(PEER)))
                .isZero();
    }

    @Test
    void moreThanTheRelayTakesIsDropped() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(outcome(client, CHANNEL_BIND, channel(CHANNEL), peer(PEER))).isZero();
        for (int i = 0; i < 2 * TurnLimits.DATAGRAM_BURST; i++) {
            client.send(TurnStream.channelData(CHANNEL, HELLO));
        }
        assertThat(client.toRelay).hasSize(TurnLimits.DATAGRAM_BURST);
        client.now += SECOND;
        for (int i = 0; i < 2 * TurnLimits.DATAGRAM_BURST; i++) {
            client.send(TurnStream.channelData(CHANNEL, HELLO));
        }
        assertThat(client.toRelay).hasSize(TurnLimits.DATAGRAM_BURST + TurnLimits.DATAGRAMS_PER_SECOND);
        assertThat(client.cut()).isNull();
    }

    @Test
    void aFloodOfRequestsEndsTheConnection() throws Exception {
        TurnClient client = TurnClient.allocated();
        byte[] request = client.signed(REFRESH);
        for (int i = 0; i < TurnLimits.REQUEST_BURST; i++) {
            client.send(request);
        }
        assertThat(client.cut()).isEqualTo(TurnOutput.Reason.FLOOD);
        assertThat(client.quota.taken).isZero();
    }

    @Test
    void aDatagramOfTheLargestSizeFits() throws Exception {
        TurnClient client = TurnClient.allocated();
        assertThat(outcome(client, CREATE_PERMISSION, peer(PEER))).isZero();
        client.fromRelay(new byte[1500]);
        assertThat(StunMessage.HEADER_LENGTH + 1500).isLessThan(client.toClient.getLast().length);
        int said = client.toClient.size();
        client.fromRelay(new byte[1501]);
        assertThat(client.toClient).hasSize(said);
        client.send(indication(PEER, new byte[1400]));
        assertThat(client.toRelay.getLast()).hasSize(1400);
    }

    // ---- what comes on the connection

    @Test
    void framesAreFoundHoweverTheBytesCome() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        byte[] all = join(
                client.signed(ALLOCATE, new TurnAttribute.RequestedTransport(17)),
                client.signed(CHANNEL_BIND, channel(CHANNEL), peer(PEER)),
                TurnStream.channelData(CHANNEL, HELLO),
                TurnStream.channelData(CHANNEL, new byte[0]),
                TurnStream.channelData(CHANNEL, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
        int said = client.toClient.size();
        for (byte each : all) {
            client.send(new byte[] {each});
        }
        assertThat(client.toClient).hasSize(said + 2);
        assertThat(client.toRelay).hasSize(3);
        Random random = new Random(5);
        byte[] data = TurnStream.channelData(CHANNEL, HELLO);
        byte[] many = join(data, data, data, data, data, data, data, data, data, data);
        for (int at = 0; at < many.length; ) {
            int end = Math.min(many.length, at + 1 + random.nextInt(40));
            client.send(Arrays.copyOfRange(many, at, end));
            at = end;
        }
        assertThat(client.toRelay).hasSize(13);
    }

    @Test
    void truncationAtEveryLengthChangesNothing() throws Exception {
        byte[] whole = TurnClient.allocated().signed(CHANNEL_BIND, channel(CHANNEL), peer(PEER));
        for (int length = 0; length < whole.length; length++) {
            TurnClient client = TurnClient.allocated();
            int said = client.toClient.size();
            client.send(Arrays.copyOf(client.signed(CHANNEL_BIND, channel(CHANNEL), peer(PEER)), length));
            assertThat(client.toClient).hasSize(said);
            assertThat(client.cut()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80000000", // bits 10
                "50000000", // reserved channels
                "7fff0000",
                "ffffffff",
                "400105e1", // 1505 bytes of data
                "4001ffff",
                "000105d02112a442", // STUN of 1508 bytes
                "0001fffc",
                "00010001", // not a multiple of 4
                "000100002112a443000000000000000000000000", // another magic cookie
                "474554202f20485454502f312e310d0a" // GET
            })
    void whatIsNotTurnEndsTheConnection(String hex) throws Exception {
        TurnClient client = TurnClient.allocated();
        client.send(HexFormat.of().parseHex(hex));
        assertThat(client.cut()).isEqualTo(TurnOutput.Reason.MALFORMED);
        assertThat(client.quota.taken).isZero();
        assertThat(client.pathsOpen).isZero();
    }

    @Test
    @DisplayName(
            "RFC 8656, section 3.1: a server answers Binding; RFC 8489, section 6.3: an unknown method is not answered")
    void bindingIsAnsweredAndUnknownMethodsAreNot() throws Exception {
        TurnClient client = new TurnClient();
        StunMessage answer =
                client.ask(plain(StunClass.REQUEST, StunMessage.BINDING).finish(null));
        assertThat(answer.attribute(StunAttribute.XorMappedAddress.class))
                .contains(new StunAttribute.XorMappedAddress(CLIENT));
        int said = client.toClient.size();
        client.send(plain(StunClass.REQUEST, 0x00a).finish(null));
        client.send(plain(StunClass.SUCCESS, ALLOCATE).finish(null));
        client.send(plain(StunClass.ERROR, ALLOCATE).finish(null));
        client.send(plain(StunClass.INDICATION, DATA, peer(PEER), new TurnAttribute.Data(HELLO))
                .finish(null));
        assertThat(client.toClient).hasSize(said);
        assertThat(client.toRelay).isEmpty();
        assertThat(client.cut()).isNull();
    }

    @Test
    void mutatedConversationsEndInARefusalOrNothing() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            TurnClient client = TurnClient.allocated();
            byte[] talk = join(
                    client.signed(CHANNEL_BIND, channel(CHANNEL), peer(PEER)),
                    indication(PEER, HELLO),
                    TurnStream.channelData(CHANNEL, HELLO),
                    client.signed(REFRESH, new TurnAttribute.Lifetime(700)));
            try {
                client.send(TestRandom.mutate(talk, random));
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
            assertThat(client.quota.taken)
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(client.session.isAllocated() ? 1 : 0);
            assertThat(client.pathsOpen)
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(client.session.isAllocated() ? 1 : 0);
        }
    }

    @Test
    void aCredentialSaysNothingButItsName() {
        TurnClient client = new TurnClient();
        assertThat(client.credential.toString()).doesNotContain(client.credential.password());
        assertThat(client.credential.username()).matches("[A-Za-z0-9_-]{1,64}");
        assertThat(client.credential.password()).matches("[A-Za-z0-9_-]{32}");
        assertThat(client.credentials.issue(PEER, TurnClient.HOLDER, client.now))
                .isNotEqualTo(client.credential);
    }

    @Test
    void turnAttributesAreWrittenAsTheyAreRead() throws Exception {
        List<StunAttribute> attributes = List.of(
                channel(0x4fff),
                new TurnAttribute.Lifetime(0xffff_ffffL),
                peer(address("2001:db8::1", 1)),
                peer(PEER),
                new TurnAttribute.Realm("ünïcode"),
                new TurnAttribute.Nonce("x"),
                new TurnAttribute.XorRelayedAddress(RELAYED),
                new TurnAttribute.RequestedAddressFamily(2),
                new TurnAttribute.EvenPort(true),
                new TurnAttribute.RequestedTransport(17),
                new TurnAttribute.DontFragment(),
                new TurnAttribute.ReservationToken(-5));
        StunEncoder encoder = new StunEncoder(StunClass.REQUEST, ALLOCATE, new TransactionId(1, 2), 2048);
        attributes.forEach(encoder::add);
        assertThat(StunMessage.decode(encoder.finish(null)).attributes()).isEqualTo(attributes);
    }

    @Test
    void inABindingRequestTheAttributesOfTurnAreUnknown() throws Exception {
        byte[] request = new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, new TransactionId(1, 2))
                .add(channel(1))
                .finish(null);
        assertThat(StunMessage.decode(request).unknownRequiredTypes()).containsExactly(0x0c);
    }
}
