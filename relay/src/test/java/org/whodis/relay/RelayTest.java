package org.whodis.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.relay.Harness.MILLIS;
import static org.whodis.relay.Harness.SECONDS;
import static org.whodis.relay.Harness.address;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.DtlsState;
import org.whodis.media.dtls.DtlsWarmUp;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.ReportBlock;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.srtp.RtpPacket;
import org.whodis.media.srtp.SrtpSender;

class RelayTest {
    private static final byte[] FRAME = new byte[160];
    private static final InetSocketAddress EVE = address(66, 666);

    private final Harness harness = new Harness(RelayLimits.DEFAULT, 1);

    @BeforeAll
    static void warmUp() {
        DtlsWarmUp.run(Harness.seeded(2));
    }

    private static byte[] frame(int number) {
        byte[] frame = FRAME.clone();
        java.nio.ByteBuffer.wrap(frame).putInt(number);
        return frame;
    }

    private static byte[] clientHello() throws Exception {
        DtlsIdentity eve = DtlsIdentity.generate(Harness.seeded(66));
        try (DtlsSession session = DtlsSession.client(eve, eve.fingerprint(), Harness.seeded(67), () -> {})) {
            byte[] hello = session.poll();
            for (int i = 0; hello == null && i < 10_000; i++) {
                Thread.sleep(0, 100_000);
                hello = session.poll();
            }
            return hello;
        }
    }

    private void assertCarries(RawPeer from, RawPeer to, int number) throws Exception {
        from.send(frame(number));
        List<RtpPacket> packets = to.received();
        assertThat(packets).hasSize(1);
        assertThat(packets.getFirst().payload()).isEqualTo(frame(number));
        assertThat(packets.getFirst().header().ssrc()).isEqualTo(from.member.ssrc());
    }

    // --- forwarding ---

    @Test
    void everyMemberOfARoomHearsAllOthersAndNobodyElse() throws Exception {
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(RawPeer.connected(harness, "room", "member " + i, 10 + i));
        }
        RawPeer outsider = RawPeer.connected(harness, "another room", "member", 99);
        peers.forEach(peer -> peers.stream().filter(other -> other != peer).forEach(peer::expect));
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).send(frame(i));
        }
        for (RawPeer peer : peers) {
            List<RtpPacket> packets = peer.received();
            assertThat(packets).hasSize(4);
            assertThat(packets).allMatch(packet -> packet.header().ssrc() != peer.member.ssrc());
        }
        assertThat(outsider.take(PacketKind.RTP)).isEmpty();
        assertThat(harness.relay.counters().snapshot().framesForwarded()).isEqualTo(20);
    }

    @Test
    void whatABrowserSaysInMarkerAndPayloadTypeIsNotForwarded() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        b.expect(a);
        harness.handle(a.sender.protect(new RtpHeader(true, 109, 1, 960, a.member.ssrc()), 1, FRAME), a.address);
        RtpHeader header = b.received().getFirst().header();
        assertThat(header.marker()).isFalse();
        assertThat(header.payloadType()).isEqualTo(111);
        assertThat(header.timestamp()).isEqualTo(960);
    }

    @Test
    void aMemberIsSentUnderThePayloadTypeThatItsOwnAuthenticPacketsHave() throws Exception {
        RawPeer browser = RawPeer.connected(harness, "room", "browser", 1);
        RawPeer phone = RawPeer.connected(harness, "room", "phone", 2);
        browser.expect(phone);
        phone.expect(browser);
        int ssrc = browser.member.ssrc();
        harness.handle(browser.sender.protect(new RtpHeader(false, 109, 1, 960, ssrc), 1, FRAME), browser.address);
        assertThat(phone.received().getFirst().header().payloadType()).isEqualTo(111);
        phone.send(FRAME);
        assertThat(browser.received().getFirst().header().payloadType()).isEqualTo(109);
        // Neither what somebody forges nor a type that has a fixed meaning changes that.
        byte[] forged = browser.sender.protect(new RtpHeader(false, 100, 2, 1920, ssrc), 2, FRAME);
        forged[forged.length - 1] ^= 1;
        harness.handle(forged, browser.address);
        harness.handle(browser.sender.protect(new RtpHeader(false, 8, 3, 2880, ssrc), 3, FRAME), browser.address);
        phone.send(FRAME);
        assertThat(browser.received().getFirst().header().payloadType()).isEqualTo(109);
    }

    @Test
    void aLatecomerHearsAStreamThatHasWrappedBefore() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        for (a.nextIndex = 30_000; a.nextIndex < 3 * 65_536 - 2; a.nextIndex += 20_000) {
            harness.handle(a.srtp(a.nextIndex, FRAME), a.address);
        }
        a.nextIndex = 3 * 65_536 - 2;
        RawPeer late = RawPeer.connected(harness, "room", "late", 2);
        late.expect(a);
        for (int i = 0; i < 5; i++) {
            assertCarries(a, late, i);
        }
    }

    @Test
    void aLatecomerWhoseFirstFramesAreLostAroundAWrapHearsTheRest() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        for (a.nextIndex = 30_000; a.nextIndex < 65_534; a.nextIndex += 20_000) {
            harness.handle(a.srtp(a.nextIndex, FRAME), a.address);
        }
        a.nextIndex = 65_534;
        RawPeer late = RawPeer.connected(harness, "room", "late", 2);
        late.expect(a);
        for (int i = 0; i < 4; i++) {
            a.send(FRAME);
        }
        late.take(PacketKind.RTP);
        assertCarries(a, late, 7);
    }

    @Test
    void reportsHaveOneSizeAndOneCadenceWhetherThereIsSpeechOrNot() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        b.expect(a);
        Set<Integer> sizes = new HashSet<>();
        for (int second = 0; second < 20; second++) {
            for (int i = 0; i < (second < 10 ? 50 : 1); i++) {
                a.send(FRAME);
                b.send(FRAME);
            }
            harness.advance(SECONDS);
            var reports = a.take(PacketKind.RTCP);
            assertThat(reports).hasSize(1);
            sizes.add(reports.getFirst().length);
        }
        assertThat(sizes).containsExactly(RtcpPacket.RECEIVER_COMPOUND_LENGTH + SrtpSender.RTCP_OVERHEAD);
    }

    @Test
    void aReportTellsHowTheStreamArrivesAndEchoesTheSendersClock() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        for (int index = 1; index <= 100; index++) {
            if (index % 4 != 0) {
                harness.handle(a.srtp(index, FRAME), a.address);
            }
        }
        harness.handle(a.srtp(101, FRAME), a.address);
        harness.handle(
                a.sender.protectRtcp(RtcpPacket.encodeSenderCompound(
                        a.member.ssrc(), 0x0000_1234_5678_0000L, 0, 0, 0, ReportBlock.EMPTY, "c".repeat(16))),
                a.address);
        harness.advance(SECONDS);
        var report = (RtcpPacket.ReceiverReport) RtcpPacket.decodeCompound(a.receiver
                        .unprotectRtcp(a.take(PacketKind.RTCP).removeFirst())
                        .bytes())
                .getFirst();
        ReportBlock block = report.blocks().getFirst();
        assertThat(block.ssrc()).isEqualTo(a.member.ssrc());
        assertThat(block.cumulativeLost()).isEqualTo(25);
        assertThat(block.fractionLost()).isEqualTo(25 * 256 / 101);
        assertThat(block.lastSenderReport()).isEqualTo(0x12345678);
        assertThat(block.delaySinceLastSenderReport()).isBetween(1, 65_536);
    }

    @Test
    void rtcpIsNotForwarded() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        harness.handle(
                a.sender.protectRtcp(RtcpPacket.encodeSenderCompound(
                        a.member.ssrc(), 1, 0, 0, 0, ReportBlock.EMPTY, "c".repeat(16))),
                a.address);
        assertThat(harness.mailbox(b.address)).isEmpty();
    }

    // --- rooms and limits ---

    @Test
    void placesAreRefusedBeyondTheLimits() throws Exception {
        Harness small = new Harness(RelayLimits.local(2, 4, 2, 3, 4, SECONDS, SECONDS), 3);
        DtlsIdentity identity = DtlsIdentity.generate(small.random);
        small.create("one", "a", identity, "abcd");
        assertRefused(small, "one", "a", identity, RelayRefusedException.Reason.MEMBER_EXISTS);
        small.create("one", "b", identity, "abcd");
        assertRefused(small, "one", "c", identity, RelayRefusedException.Reason.ROOM_FULL);
        small.create("two", "a", identity, "abcd");
        assertRefused(small, "three", "a", identity, RelayRefusedException.Reason.TOO_MANY_ROOMS);
        small.create("two", "b", identity, "abcd");
        small.relay.removeMember(new MemberId("one", "b"));
        small.create("one", "c", identity, "abcd");
        assertRefused(small, "one", "d", identity, RelayRefusedException.Reason.TOO_MANY_MEMBERS);
        small.relay.removeMember(new MemberId("one", "c"));
        assertRefused(small, "one", "d", identity, RelayRefusedException.Reason.ROOM_FULL);
        assertThat(small.relay.closeRoom("one")).isTrue();
        assertThat(small.relay.closeRoom("one")).isFalse();
        small.create("one", "d", identity, "abcd");
    }

    private static void assertRefused(
            Harness harness, String room, String name, DtlsIdentity identity, RelayRefusedException.Reason reason) {
        assertThatThrownBy(() -> harness.create(room, name, identity, "abcd")).hasMessage(reason.name());
    }

    @Test
    void anSsrcIsNeverGivenTwiceInOneRoomEvenAfterItsOwnerHasLeft() throws Exception {
        DtlsIdentity identity = DtlsIdentity.generate(harness.random);
        MemberRequest insisting =
                new MemberRequest(new MemberId("room", "browser"), identity.fingerprint(), "abcd", OptionalInt.of(7));
        harness.create("room", "stays", identity, "abcd");
        assertThat(harness.relay.createMember(insisting, harness.now).ssrc()).isEqualTo(7);
        harness.relay.removeMember(insisting.id());
        assertThatThrownBy(() -> harness.relay.createMember(insisting, harness.now))
                .hasMessage("SSRC_TAKEN");
    }

    @Test
    void aMemberThatNeverArrivesExpires() throws Exception {
        RawPeer peer = new RawPeer(harness, "room", "a", 1);
        harness.advance(89 * SECONDS);
        assertThat(harness.events).isEmpty();
        harness.advance(2 * SECONDS);
        assertThat(harness.events).containsExactly(new RelayEvent.MemberExpired(peer.member.id()));
        assertThat(harness.relay.counters().snapshot().members()).isZero();
        assertThat(harness.relay.counters().snapshot().rooms()).isZero();
    }

    @Test
    void aMemberThatFallsSilentExpiresAfterThirtySecondsAndFreesItsPlace() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        a.send(FRAME);
        for (int second = 0; second < 29; second++) {
            harness.advance(SECONDS);
            a.check(true);
        }
        assertThat(harness.relay.counters().snapshot().members()).isEqualTo(1);
        harness.advance(2 * SECONDS);
        assertThat(harness.events).contains(new RelayEvent.MemberExpired(a.member.id()));
        harness.handle(a.checkBytes(true), a.address);
        assertThat(harness.dropped(RelayDrop.STUN_UNAUTHENTICATED)).isEqualTo(1);
    }

    @Test
    void aListenerThatSendsOnlyReportsStays() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        for (int second = 0; second < 120; second++) {
            harness.advance(SECONDS);
            harness.handle(
                    a.sender.protectRtcp(RtcpPacket.encodeReceiverCompound(1, ReportBlock.EMPTY, "c".repeat(16))),
                    a.address);
        }
        assertThat(harness.relay.counters().snapshot().members()).isEqualTo(1);
    }

    // --- the path ---

    @Test
    void aMemberThatMovesIsSentToItsNewAddressFromItsFirstFrameThere() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        a.expect(b);
        b.expect(a);
        assertCarries(a, b, 1);
        InetSocketAddress home = a.address;
        a.address = address(3, 3333);
        a.check(true);
        b.send(frame(2));
        assertThat(harness.mailbox(home))
                .as("before a frame has come from there")
                .hasSize(1);
        harness.mailbox(home).clear();
        assertCarries(a, b, 3);
        assertCarries(b, a, 4);
        assertThat(harness.mailbox(home)).isEmpty();
        assertThat(harness.relay.counters().snapshot().pathsMoved()).isEqualTo(1);
    }

    @Test
    void aFrameThatWasOvertakenDoesNotMoveThePathBack() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        a.expect(b);
        InetSocketAddress home = a.address;
        byte[] slow = a.srtp(FRAME);
        a.address = address(3, 3333);
        a.check(true);
        a.send(FRAME);
        harness.handle(slow, home);
        assertCarries(b, a, 1);
    }

    // --- attacks ---

    @Test
    void aCapturedCheckSentAgainFromElsewhereStealsNothingAndGetsNoAnswer() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        a.expect(b);
        byte[] captured = a.checkBytes(true);
        harness.handle(captured, a.address);
        a.send(FRAME);
        for (int i = 0; i < 100; i++) {
            harness.handle(captured, EVE);
        }
        assertCarries(b, a, 1);
        assertThat(harness.mailbox(EVE)).isEmpty();
        assertThat(harness.dropped(RelayDrop.STUN_REPLAYED)).isEqualTo(100);
    }

    @Test
    void aCheckThatIsHeldBackAndSentFromElsewhereStealsNothing() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        a.expect(b);
        byte[] sentBefore = a.srtp(FRAME);
        harness.handle(sentBefore, a.address);
        harness.handle(a.checkBytes(true), EVE);
        assertThat(harness.mailbox(EVE)).as("the answer to the check").hasSize(1);
        harness.handle(sentBefore, EVE);
        harness.handle(new byte[200], EVE);
        assertCarries(b, a, 1);
        assertThat(harness.mailbox(EVE)).hasSize(1);
        assertThat(harness.dropped(RelayDrop.REPLAYED)).isEqualTo(1);
    }

    @Test
    void aMemberCannotTakeTheAddressAtWhichAnotherIs() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer insider = RawPeer.connected(harness, "room", "insider", 2);
        insider.expect(a);
        a.send(FRAME);
        insider.received();
        harness.handle(insider.checkBytes(true), a.address);
        assertThat(harness.dropped(RelayDrop.STUN_ADDRESS_TAKEN)).isEqualTo(1);
        assertCarries(a, insider, 1);
    }

    @Test
    void aMemberCannotSpeakUnderTheSsrcOfAnother() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer insider = RawPeer.connected(harness, "room", "insider", 2);
        RawPeer b = RawPeer.connected(harness, "room", "b", 3);
        b.expect(a);
        harness.handle(
                insider.sender.protect(new RtpHeader(false, 111, 1, 0, a.member.ssrc()), 1, FRAME), insider.address);
        assertThat(harness.dropped(RelayDrop.WRONG_SSRC)).isEqualTo(1);
        assertThat(b.received()).isEmpty();
        assertCarries(a, b, 1);
    }

    @Test
    void tenThousandBadPacketsEndNoCall() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        b.expect(a);
        long seed = 11;
        Random random = new Random(seed);
        assertCarries(a, b, 0);
        for (int i = 0; i < 10_000; i++) {
            byte[] bad = a.srtp(FRAME);
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            harness.handle(bad, a.address);
            if (i == 100) {
                assertThat(b.received()).isEmpty();
                assertCarries(a, b, 100);
            }
        }
        assertThat(b.received()).as("seed " + seed).isEmpty();
        assertCarries(a, b, 1);
    }

    @Test
    void packetsFromAddressesThatAreNotValidatedAreNotLookedAt() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        b.expect(a);
        for (int i = 0; i < 10; i++) {
            harness.handle(a.srtp(FRAME), EVE);
        }
        assertThat(harness.dropped(RelayDrop.UNKNOWN_SOURCE)).isEqualTo(10);
        assertThat(b.received()).isEmpty();
        assertThat(harness.mailbox(EVE)).isEmpty();
    }

    @Test
    void aClientHelloFromAnAddressThatIsNotValidatedGetsNoAnswerAndCostsNoThread() throws Exception {
        RawPeer a = new RawPeer(harness, "room", "a", 1);
        byte[] hello = clientHello();
        for (int i = 0; i < 1000; i++) {
            harness.handle(hello, address(66, 1 + i));
            harness.handle(hello, a.address);
        }
        harness.settle();
        assertThat(harness.bytesOut).isZero();
        assertThat(harness.dropped(RelayDrop.UNKNOWN_SOURCE)).isEqualTo(2000);
    }

    @Test
    void aForgedClientHelloFromThePhonesOwnAddressDoesNotPreventTheCall() throws Exception {
        RawPeer a = new RawPeer(harness, "room", "a", 1);
        a.check(true);
        harness.handle(clientHello(), a.address);
        harness.settle();
        a.take(PacketKind.DTLS);
        a.handshake();
        assertThat(harness.events).containsExactly(new RelayEvent.MemberConnected(a.member.id()));
    }

    @Test
    void aClientHelloInMidCallDoesNotReplaceTheKeys() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        b.expect(a);
        assertCarries(a, b, 1);
        harness.handle(clientHello(), a.address);
        harness.settle();
        assertThat(a.take(PacketKind.DTLS))
                .as("answers that begin with a ServerHello")
                .noneMatch(datagram -> datagram[0] == 22 && datagram[13] == 2);
        assertCarries(a, b, 2);
    }

    @Test
    void aClientThatHasNotSeenTheEndOfItsHandshakeMayBeginAnew() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        b.expect(a);
        a.handshake();
        assertCarries(a, b, 1);
        assertThat(harness.events)
                .as("it is announced once")
                .containsExactly(
                        new RelayEvent.MemberConnected(a.member.id()), new RelayEvent.MemberConnected(b.member.id()));
    }

    @Test
    void somebodyWithAnotherCertificateFailsAndTheOwnerOfThePlaceStillArrives() throws Exception {
        RawPeer a = new RawPeer(harness, "room", "a", 1);
        a.check(true);
        DtlsIdentity other = DtlsIdentity.generate(harness.random);
        for (int i = 0; i < 3; i++) {
            try (DtlsSession impostor =
                    DtlsSession.client(other, harness.relay.fingerprint(), harness.random, () -> {})) {
                a.handshake(impostor);
                assertThat(impostor.state()).isInstanceOf(DtlsState.Failed.class);
            }
        }
        assertThat(harness.relay.counters().snapshot().handshakesFailed()).isEqualTo(3);
        a.handshake();
        assertThat(harness.events).containsExactly(new RelayEvent.MemberConnected(a.member.id()));
    }

    @Test
    void handshakesUnderWayAreBounded() throws Exception {
        Harness small = new Harness(RelayLimits.local(8, 8, 8, 8, 1, 90 * SECONDS, 30 * SECONDS), 5);
        RawPeer a = new RawPeer(small, "room", "a", 1);
        RawPeer b = new RawPeer(small, "room", "b", 2);
        a.check(true);
        b.check(true);
        small.handle(clientHello(), a.address);
        small.handle(clientHello(), b.address);
        assertThat(small.dropped(RelayDrop.DTLS)).isEqualTo(1);
        small.relay.removeMember(a.member.id());
        b.handshake();
        assertThat(small.events).containsExactly(new RelayEvent.MemberConnected(b.member.id()));
    }

    @Test
    void nobodyWithoutAPasswordGetsAByteOrLeavesATrace() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        long before = harness.bytesOut;
        long seed = 20261122;
        Random random = new Random(seed);
        byte[] check = a.checkBytes(true);
        byte[] hello = clientHello();
        for (int i = 0; i < 50_000; i++) {
            byte[] datagram = switch (random.nextInt(4)) {
                case 0 -> {
                    byte[] noise = new byte[random.nextInt(1600)];
                    random.nextBytes(noise);
                    yield noise;
                }
                case 1 -> {
                    byte[] mutated = check.clone();
                    mutated[random.nextInt(mutated.length)] ^= (byte) (1 + random.nextInt(255));
                    yield mutated;
                }
                case 2 -> Arrays.copyOf(check, random.nextInt(check.length));
                default -> hello;
            };
            harness.handle(datagram, address(100 + random.nextInt(100), 1 + random.nextInt(65_000)));
        }
        assertThat(harness.bytesOut).as("seed " + seed).isEqualTo(before);
        assertThat(harness.mail.keySet()).containsExactly(a.address);
        assertThat(harness.relay.isQuiet()).isTrue();
    }

    @Test
    void noAuthenticRequestIsAnsweredWithMoreThanItBrought() throws Exception {
        RawPeer a = new RawPeer(harness, "room", "a", 1);
        for (int i = 0; i < 100; i++) {
            byte[] check = a.checkBytes(i % 2 == 0);
            long before = harness.bytesOut;
            harness.handle(check, a.address);
            assertThat(harness.bytesOut - before).isPositive().isLessThanOrEqualTo(check.length);
        }
    }

    @Test
    void oversizedDatagramsAreDroppedUnread() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        harness.handle(a.srtp(new byte[1500]), a.address);
        assertThat(harness.dropped(RelayDrop.NOT_MEDIA)).isEqualTo(1);
    }

    @Test
    void aRemovedMemberIsDeafAndMuteAtOnce() throws Exception {
        RawPeer a = RawPeer.connected(harness, "room", "a", 1);
        RawPeer b = RawPeer.connected(harness, "room", "b", 2);
        RawPeer c = RawPeer.connected(harness, "room", "c", 3);
        c.expect(a);
        a.send(FRAME);
        c.received();
        b.take(PacketKind.RTP);
        assertThat(harness.relay.removeMember(b.member.id())).isTrue();
        assertThat(harness.relay.removeMember(b.member.id())).isFalse();
        assertCarries(a, c, 1);
        assertThat(harness.mailbox(b.address)).isEmpty();
        harness.handle(b.srtp(FRAME), b.address);
        assertThat(harness.dropped(RelayDrop.UNKNOWN_SOURCE)).isEqualTo(1);
    }

    @Test
    void secretsDoNotPrint() throws Exception {
        RawPeer a = new RawPeer(harness, "room", "a", 1);
        assertThat(a.member.toString()).doesNotContain(a.member.credentials().exposePassword());
        assertThat(IceCredentials.generate(harness.random).toString()).doesNotContain("password");
        assertThat(harness.now).isGreaterThan(MILLIS);
    }
}
