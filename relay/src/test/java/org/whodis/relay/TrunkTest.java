package org.whodis.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.relay.Harness.MILLIS;
import static org.whodis.relay.Harness.SECONDS;
import static org.whodis.relay.Harness.address;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.whodis.media.dtls.DtlsWarmUp;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.srtp.RtpPacket;
import org.whodis.media.srtp.SrtpKeys;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.srtp.SrtpSender;

/** Two relays in virtual time, and what lies between them in the hands of the test. */
class TrunkTest {
    private static final int FRAME_LENGTH = 192;
    private static final byte[] FRAME = new byte[FRAME_LENGTH];
    private static final InetSocketAddress A = address(254, 5000);
    private static final InetSocketAddress B = address(253, 5000);
    private static final InetSocketAddress EVE = address(66, 666);

    private final Harness a = new Harness(RelayLimits.DEFAULT, 1);
    private final Harness b = new Harness(RelayLimits.DEFAULT, 2);
    /** All that went between the relays, in both directions. */
    private final List<byte[]> onTheWire = new ArrayList<>();

    private final Random keys = new Random(3);

    @BeforeAll
    static void warmUp() {
        DtlsWarmUp.run(Harness.seeded(2));
    }

    private SrtpKeys freshKeys() {
        byte[] key = new byte[SrtpKeys.KEY_LENGTH];
        byte[] salt = new byte[SrtpKeys.SALT_LENGTH];
        keys.nextBytes(key);
        keys.nextBytes(salt);
        return SrtpKeys.copyOf(key, salt);
    }

    private static SrtpKeys keysOf(int number) {
        byte[] key = new byte[SrtpKeys.KEY_LENGTH];
        java.util.Arrays.fill(key, (byte) number);
        return SrtpKeys.copyOf(key, new byte[SrtpKeys.SALT_LENGTH]);
    }

    private static byte[] frame(int number) {
        byte[] frame = FRAME.clone();
        java.nio.ByteBuffer.wrap(frame).putInt(number);
        return frame;
    }

    /** The keys of one opening: kept so that the test can do what only an office or a relay could. */
    private record Opening(int aBase, int bBase, long seed) {
        SrtpKeys fromA() {
            return keysOf((int) (2 * seed));
        }

        SrtpKeys fromB() {
            return keysOf((int) (2 * seed + 1));
        }
    }

    private Opening open(String room, long seed) throws Exception {
        Opening opening = new Opening(a.relay.reserveTrunk(a.now), b.relay.reserveTrunk(b.now), seed);
        a.relay.connectTrunk(requestOfA(room, opening, B), a.now);
        b.relay.connectTrunk(requestOfB(room, opening, A).answering(), b.now);
        a.drain();
        b.drain();
        return opening;
    }

    private static TrunkRequest requestOfA(String room, Opening opening, InetSocketAddress remote) {
        return new TrunkRequest(
                new TrunkId(room, "b.example"),
                opening.aBase(),
                opening.bBase(),
                remote,
                opening.fromA(),
                opening.fromB(),
                4);
    }

    private static TrunkRequest requestOfB(String room, Opening opening, InetSocketAddress remote) {
        return new TrunkRequest(
                new TrunkId(room, "a.example"),
                opening.bBase(),
                opening.aBase(),
                remote,
                opening.fromB(),
                opening.fromA(),
                4);
    }

    /** Carries what the relays have for each other until there is nothing left. */
    private void carry() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (byte[] datagram : take(a, B)) {
                b.handle(datagram, A);
                moved = true;
            }
            for (byte[] datagram : take(b, A)) {
                a.handle(datagram, B);
                moved = true;
            }
        }
    }

    private List<byte[]> take(Harness from, InetSocketAddress to) {
        Deque<byte[]> mailbox = from.mailbox(to);
        List<byte[]> taken = List.copyOf(mailbox);
        mailbox.clear();
        onTheWire.addAll(taken);
        return taken;
    }

    private void advance(long nanos) {
        for (long end = a.now + nanos; a.now < end; ) {
            long step = Math.min(end - a.now, 10 * MILLIS);
            a.advance(step);
            b.advance(step);
            carry();
        }
    }

    /** One member at each relay and a trunk between them that has been heard on both sides. */
    private final class Pair {
        final Opening opening;
        final RawPeer alice;
        final RawPeer bob;

        Pair(String room, int host, long seed) throws Exception {
            opening = open(room, seed);
            alice = RawPeer.connected(a, room, "alice", host);
            bob = RawPeer.connected(b, room, "bob", host);
            alice.receiver.openUnannounced(64);
            bob.receiver.openUnannounced(64);
            carry();
        }

        void carries(int number) throws Exception {
            alice.send(frame(number));
            bob.send(frame(number + 1));
            carry();
            assertThat(bob.received()).extracting(RtpPacket::payload).containsExactly(frame(number));
            assertThat(alice.received()).extracting(RtpPacket::payload).containsExactly(frame(number + 1));
        }
    }

    private Pair pair() throws Exception {
        return new Pair("room", 1, 1);
    }

    // --- forwarding ---

    @Test
    void membersOfTwoRelaysHearEachOtherAndEachMemberOfBoth() throws Exception {
        Pair pair = pair();
        RawPeer alan = RawPeer.connected(a, "room", "alan", 2);
        RawPeer bill = RawPeer.connected(b, "room", "bill", 2);
        alan.receiver.openUnannounced(64);
        bill.receiver.openUnannounced(64);
        pair.alice.send(frame(1));
        carry();
        assertThat(alan.received()).extracting(RtpPacket::payload).containsExactly(frame(1));
        assertThat(pair.bob.received()).extracting(RtpPacket::payload).containsExactly(frame(1));
        assertThat(bill.received()).extracting(RtpPacket::payload).containsExactly(frame(1));
        assertThat(pair.alice.take(PacketKind.RTP)).isEmpty();
        bill.send(frame(2));
        carry();
        assertThat(pair.bob.received()).extracting(RtpPacket::payload).containsExactly(frame(2));
        assertThat(alan.received()).extracting(RtpPacket::payload).containsExactly(frame(2));
        assertThat(pair.alice.received()).extracting(RtpPacket::payload).containsExactly(frame(2));
    }

    @Test
    void aFrameGoesOnceOverTheTrunkHoweverManyListenThere() throws Exception {
        Pair pair = pair();
        for (int i = 0; i < 5; i++) {
            RawPeer.connected(b, "room", "listener " + i, 10 + i);
        }
        onTheWire.clear();
        pair.alice.send(FRAME);
        carry();
        assertThat(onTheWire).hasSize(1);
        assertThat(b.relay.counters().snapshot().trunkFramesIn()).isEqualTo(1);
        assertThat(b.relay.counters().snapshot().framesForwarded()).isEqualTo(6);
    }

    @Test
    void whatComesFromATrunkGoesIntoNoTrunk() throws Exception {
        Pair pair = pair();
        InetSocketAddress c = address(252, 5000);
        int toC = b.relay.reserveTrunk(b.now);
        b.relay.connectTrunk(
                new TrunkRequest(new TrunkId("room", "c.example"), toC, 64, c, keysOf(50), keysOf(51), 4), b.now);
        SrtpSender fromC = new SrtpSender(keysOf(51));
        b.handle(fromC.protect(new RtpHeader(false, 111, 1, 960, toC), 1, FRAME), c);
        assertThat(pair.bob.received()).hasSize(1);
        b.mailbox(c).clear();
        onTheWire.clear();
        for (int i = 2; i < 20; i++) {
            b.handle(fromC.protect(new RtpHeader(false, 111, i, 960, toC), i, FRAME), c);
            pair.alice.send(FRAME);
        }
        for (byte[] datagram : take(a, B)) {
            b.handle(datagram, A);
        }
        assertThat(take(b, A)).isEmpty();
        assertThat(b.mailbox(c)).isEmpty();
        pair.bob.send(FRAME);
        assertThat(take(b, A)).hasSize(1);
        assertThat(b.mailbox(c)).hasSize(1);
    }

    @Test
    void streamsOfTwoCallsBetweenTheSameRelaysDoNotMeetThoughTheirMembersHaveTheSameSsrc() throws Exception {
        Pair one = new Pair("one", 1, 1);
        Pair two = new Pair("two", 2, 2);
        for (int i = 0; i < 10; i++) {
            one.carries(100 + 2 * i);
            two.carries(200 + 2 * i);
        }
        assertThat(one.opening.aBase()).isNotEqualTo(two.opening.aBase());
        assertThat(a.dropped(RelayDrop.BAD_TAG) + b.dropped(RelayDrop.BAD_TAG)).isZero();
    }

    @Test
    void aStreamThatHasWrappedBeforeTheTrunkWasOpenedArrives() throws Exception {
        Pair pair = pair();
        for (long index = 30_000; index < 3 * 65_536 - 2; index += 20_000) {
            a.handle(pair.alice.srtp(index, FRAME), pair.alice.address);
        }
        take(a, B);
        pair.alice.nextIndex = 3 * 65_536 - 2;
        open("room", 9);
        carry();
        for (int i = 0; i < 5; i++) {
            pair.carries(2 * i);
        }
    }

    @Test
    void eachMemberThatComesAfterAnotherTakesItsPlaceOnTheTrunkSoThatNoNumberOfThemUsesItUp() throws Exception {
        Pair pair = pair();
        Set<Integer> ssrcs = new HashSet<>();
        for (int i = 0; i < 2 * TrunkRange.STREAMS; i++) {
            RawPeer guest = RawPeer.connected(a, "room", "guest " + i, 9);
            guest.send(frame(i));
            carry();
            List<RtpPacket> packets = pair.bob.received();
            assertThat(packets).extracting(RtpPacket::payload).containsExactly(frame(i));
            ssrcs.add(packets.getFirst().header().ssrc());
            a.relay.removeMember(guest.member.id());
        }
        assertThat(ssrcs).hasSize(1);
        assertThat(a.dropped(RelayDrop.NOT_FORWARDED)).isZero();
    }

    // --- the life of a leg ---

    @Test
    void aRelaySendsProbesButNoMediaBeforeItHasHeardTheOther() throws Exception {
        Opening opening = new Opening(a.relay.reserveTrunk(a.now), b.relay.reserveTrunk(b.now), 1);
        RawPeer alice = RawPeer.connected(a, "room", "alice", 1);
        a.relay.connectTrunk(requestOfA("room", opening, B), a.now);
        long end = a.now + TrunkLeg.ARRIVAL_NANOS + SECONDS;
        for (int i = 0; a.now < end; i++) {
            alice.send(frame(i));
            a.advance(20 * MILLIS);
        }
        assertThat(a.mailbox(B)).allMatch(datagram -> PacketKind.of(datagram) == PacketKind.RTCP);
        assertThat(a.mailbox(B)).hasSize(TrunkRequest.OPENER_PROBES);
        assertThat(a.mailbox(B).stream().mapToInt(datagram -> datagram.length).sum())
                .as("bytes that an office can have sent to an address that it makes up")
                .isEqualTo(8 * 80);
        assertThat(a.events).contains(new RelayEvent.TrunkExpired(new TrunkId("room", "b.example")));
        assertThat(a.relay.counters().snapshot().trunks()).isZero();
    }

    @Test
    void whoeverAsksForATrunkHasNoMoreBytesSentToAStrangerThanAskingCosts() throws Exception {
        Opening opening = new Opening(a.relay.reserveTrunk(a.now), b.relay.reserveTrunk(b.now), 1);
        b.relay.connectTrunk(requestOfB("room", opening, A).answering(), b.now);
        b.advance(TrunkLeg.ARRIVAL_NANOS + SECONDS);
        assertThat(b.mailbox(A)).hasSize(2);
        assertThat(b.events).contains(new RelayEvent.TrunkExpired(new TrunkId("room", "a.example")));
    }

    @Test
    void anAnswererWhoseProbesAreLostIsHeardAsSoonAsItHasHeardTheOpener() throws Exception {
        Opening opening = new Opening(a.relay.reserveTrunk(a.now), b.relay.reserveTrunk(b.now), 1);
        b.relay.connectTrunk(requestOfB("room", opening, A).answering(), b.now);
        b.advance(SECONDS);
        take(b, A);
        a.relay.connectTrunk(requestOfA("room", opening, B), a.now);
        a.drain();
        carry();
        assertThat(a.events).containsExactly(new RelayEvent.TrunkHeard(new TrunkId("room", "b.example")));
        assertThat(b.events).containsExactly(new RelayEvent.TrunkHeard(new TrunkId("room", "a.example")));
    }

    @Test
    void bothSidesHearEachOtherWithinOneRoundTrip() throws Exception {
        open("room", 1);
        List<byte[]> there = take(a, B);
        List<byte[]> back = take(b, A);
        there.forEach(datagram -> b.handle(datagram, A));
        back.forEach(datagram -> a.handle(datagram, B));
        assertThat(a.events).containsExactly(new RelayEvent.TrunkHeard(new TrunkId("room", "b.example")));
        assertThat(b.events).containsExactly(new RelayEvent.TrunkHeard(new TrunkId("room", "a.example")));
    }

    @Test
    void aTrunkOnWhichNobodySpeaksStaysAndOneThatIsCutIsToldAndGoes() throws Exception {
        Pair pair = pair();
        for (int second = 0; second < 60; second++) {
            advance(SECONDS);
            a.handle(pair.alice.srtp(FRAME), pair.alice.address);
            b.handle(pair.bob.srtp(FRAME), pair.bob.address);
        }
        assertThat(a.relay.counters().snapshot().trunks()).isEqualTo(1);
        assertThat(a.events).doesNotContain(new RelayEvent.TrunkSilent(new TrunkId("room", "b.example")));
        a.advance(4 * SECONDS);
        assertThat(a.events.getLast()).isEqualTo(new RelayEvent.TrunkSilent(new TrunkId("room", "b.example")));
        b.advance(4 * SECONDS);
        take(a, B);
        take(b, A);
        advance(2 * SECONDS);
        assertThat(a.events.getLast()).isEqualTo(new RelayEvent.TrunkHeard(new TrunkId("room", "b.example")));
        pair.alice.take(PacketKind.RTP);
        pair.bob.take(PacketKind.RTP);
        pair.carries(7);
        a.advance(31 * SECONDS);
        assertThat(a.events).contains(new RelayEvent.TrunkExpired(new TrunkId("room", "b.example")));
        assertThat(a.relay.counters().snapshot().trunks()).isZero();
    }

    @Test
    void aTrunkThatIsOpenedAgainCarriesOnUnderNewKeysWithTheSameSsrcForTheMembers() throws Exception {
        Pair pair = pair();
        pair.carries(1);
        pair.alice.send(frame(5));
        List<byte[]> old = take(a, B);
        Set<Integer> ssrcs = new HashSet<>();
        for (int again = 0; again < 100; again++) {
            open("room", 10 + again);
            carry();
            pair.alice.send(frame(again));
            carry();
            List<RtpPacket> packets = pair.bob.received();
            assertThat(packets).extracting(RtpPacket::payload).containsExactly(frame(again));
            ssrcs.add(packets.getFirst().header().ssrc());
        }
        assertThat(ssrcs).as("streams that a device needs").hasSize(1);
        old.forEach(datagram -> b.handle(datagram, A));
        assertThat(pair.bob.received()).as("what the old keys sealed").isEmpty();
        assertThat(a.relay.counters().snapshot().trunks()).isEqualTo(1);
    }

    @Test
    void aRelayThatStartedAnewIsHeardAsSoonAsItsTrunkIsOpenAgain() throws Exception {
        Pair pair = pair();
        pair.carries(1);
        Harness replaced = new Harness(RelayLimits.DEFAULT, 77);
        Opening opening = new Opening(replaced.relay.reserveTrunk(b.now), a.relay.reserveTrunk(a.now), 5);
        replaced.now = b.now;
        a.relay.connectTrunk(requestOfA("room", new Opening(opening.bBase(), opening.aBase(), 5), B), a.now);
        replaced.relay.connectTrunk(
                requestOfB("room", new Opening(opening.bBase(), opening.aBase(), 5), A), replaced.now);
        a.drain();
        replaced.drain();
        RawPeer bob = RawPeer.connected(replaced, "room", "bob", 1);
        bob.receiver.openUnannounced(64);
        for (byte[] datagram : take(replaced, A)) {
            a.handle(datagram, B);
        }
        for (byte[] datagram : take(a, B)) {
            replaced.handle(datagram, A);
        }
        pair.alice.send(frame(8));
        take(a, B).forEach(datagram -> replaced.handle(datagram, A));
        assertThat(bob.received()).extracting(RtpPacket::payload).containsExactly(frame(8));
        bob.send(frame(9));
        take(replaced, A).forEach(datagram -> a.handle(datagram, B));
        assertThat(pair.alice.received()).extracting(RtpPacket::payload).containsExactly(frame(9));
    }

    @Test
    void aClosedRoomsTrunkIsDeafAndMute() throws Exception {
        Pair pair = pair();
        pair.alice.send(FRAME);
        List<byte[]> late = take(a, B);
        assertThat(b.relay.closeRoom("room")).isTrue();
        late.forEach(datagram -> b.handle(datagram, A));
        b.advance(5 * SECONDS);
        assertThat(b.mailbox(A)).isEmpty();
        assertThat(b.relay.counters().snapshot().rooms()).isZero();
        assertThat(b.dropped(RelayDrop.UNKNOWN_SOURCE)).isEqualTo(1);
        assertThat(b.relay.removeTrunk(new TrunkId("room", "a.example"))).isFalse();
    }

    @Test
    void aRoomLivesAsLongAsItHasATrunkOrAMember() throws Exception {
        Pair pair = pair();
        assertThat(b.relay.removeTrunk(new TrunkId("room", "a.example"))).isTrue();
        assertThat(b.relay.counters().snapshot().rooms()).isEqualTo(1);
        b.relay.removeMember(pair.bob.member.id());
        assertThat(b.relay.counters().snapshot().rooms()).isZero();
        a.relay.removeMember(pair.alice.member.id());
        assertThat(a.relay.counters().snapshot().rooms()).isEqualTo(1);
    }

    // --- the network is hostile ---

    @Test
    void nothingFromAnotherHostIsTakenHoweverAuthentic() throws Exception {
        Pair pair = pair();
        pair.alice.send(FRAME);
        for (byte[] datagram : take(a, B)) {
            b.handle(datagram, EVE);
        }
        assertThat(pair.bob.received()).isEmpty();
        assertThat(b.dropped(RelayDrop.UNKNOWN_SOURCE)).isEqualTo(1);
        pair.carries(1);
    }

    @Test
    void mediaFollowsTheOtherRelayToAnotherPortOfItsHostAndOnlyForAPacketNewerThanAll() throws Exception {
        Pair pair = pair();
        pair.alice.send(frame(1));
        byte[] first = take(a, B).getFirst();
        pair.alice.send(frame(2));
        byte[] second = take(a, B).getFirst();
        InetSocketAddress moved = address(254, 6000);
        b.handle(second, moved);
        pair.bob.send(FRAME);
        assertThat(b.mailbox(moved)).hasSize(1);
        b.handle(first, A);
        b.handle(second, A);
        pair.bob.send(FRAME);
        assertThat(b.mailbox(A)).as("an old packet or a replay moves nothing").isEmpty();
        assertThat(b.mailbox(moved)).hasSize(2);
        assertThat(pair.bob.received()).hasSize(2);
        assertThat(b.relay.counters().snapshot().pathsMoved()).isEqualTo(1);
    }

    @Test
    void aPacketOfATrunkIsTakenOnce() throws Exception {
        Pair pair = pair();
        for (int i = 0; i < 10; i++) {
            pair.alice.send(frame(i));
        }
        List<byte[]> packets = take(a, B);
        for (int round = 0; round < 3; round++) {
            packets.reversed().forEach(datagram -> b.handle(datagram, A));
        }
        assertThat(pair.bob.received()).hasSize(10);
        assertThat(b.dropped(RelayDrop.REPLAYED)).isEqualTo(20);
    }

    @Test
    void aReplayedReportKeepsNoTrunkAlive() throws Exception {
        pair();
        advance(2 * SECONDS);
        a.advance(SECONDS);
        List<byte[]> reports = take(a, B);
        for (int second = 0; second < 35; second++) {
            reports.forEach(datagram -> b.handle(datagram, A));
            b.advance(SECONDS);
        }
        assertThat(b.events).contains(new RelayEvent.TrunkExpired(new TrunkId("room", "a.example")));
    }

    @Test
    void whatARelaySentComesBackToItInVain() throws Exception {
        Pair pair = pair();
        pair.alice.send(FRAME);
        advance(SECONDS);
        pair.bob.received();
        for (byte[] datagram : List.copyOf(onTheWire)) {
            a.handle(datagram, B);
            b.handle(datagram, A);
        }
        assertThat(pair.alice.received()).isEmpty();
        assertThat(pair.bob.received()).isEmpty();
    }

    @Test
    void forgedPacketsChangeNothingAndGetNoAnswer() throws Exception {
        Pair pair = pair();
        long seed = 20261122;
        Random random = new Random(seed);
        pair.alice.send(FRAME);
        byte[] genuine = take(a, B).getFirst();
        advance(SECONDS);
        byte[] report = onTheWire.stream()
                .filter(datagram -> PacketKind.of(datagram) == PacketKind.RTCP)
                .findFirst()
                .orElseThrow();
        long before = b.bytesOut;
        for (int i = 0; i < 20_000; i++) {
            byte[] forged = (random.nextBoolean() ? genuine : report).clone();
            forged[random.nextInt(forged.length)] ^= (byte) (1 + random.nextInt(255));
            b.handle(
                    random.nextInt(4) == 0 ? java.util.Arrays.copyOf(forged, random.nextInt(forged.length)) : forged,
                    A);
        }
        assertThat(b.bytesOut).as("seed " + seed).isEqualTo(before);
        assertThat(pair.bob.received()).as("seed " + seed).isEmpty();
        pair.carries(3);
    }

    @Test
    void aMemberWhoseAddressIsTheOtherRelaysStealsNothingFromTheTrunk() throws Exception {
        Pair pair = pair();
        RawPeer mallory = new RawPeer(b, "another room", "mallory", 99);
        mallory.address = A;
        b.handle(mallory.checkBytes(true), A);
        b.mailbox(A).clear();
        pair.carries(1);
        assertThat(pair.bob.harness.events).doesNotContain(new RelayEvent.MemberConnected(mallory.member.id()));
    }

    @Test
    void aMemberWhoPutsATrunksSsrcIntoItsPacketsIsHeardAsItselfOnlyOrNotAtAll() throws Exception {
        Pair pair = pair();
        byte[] posing = pair.bob.sender.protect(new RtpHeader(false, 111, 1, 960, pair.opening.bBase()), 1, frame(66));
        b.handle(posing, pair.bob.address);
        b.handle(posing, A);
        carry();
        assertThat(pair.alice.received()).isEmpty();
        assertThat(b.dropped(RelayDrop.WRONG_SSRC) + b.dropped(RelayDrop.UNKNOWN_SOURCE) + b.dropped(RelayDrop.BAD_TAG))
                .isEqualTo(2);
        pair.carries(1);
    }

    @Test
    void aPhoneBehindTheSameAddressAsTheOtherRelayIsServedToo() throws Exception {
        Pair pair = pair();
        RawPeer neighbour = new RawPeer(b, "room", "neighbour", 3);
        neighbour.address = address(254, 7000);
        neighbour.check(true);
        neighbour.handshake();
        neighbour.receiver.openUnannounced(64);
        neighbour.send(frame(4));
        carry();
        assertThat(pair.alice.received()).extracting(RtpPacket::payload).containsExactly(frame(4));
        pair.alice.send(frame(5));
        carry();
        assertThat(neighbour.received()).extracting(RtpPacket::payload).containsExactly(frame(5));
    }

    // --- the other office is hostile ---

    /** The other office's relay, in the hands of an enemy. */
    private SrtpSender hostile(Pair pair) {
        return new SrtpSender(pair.opening.fromA());
    }

    @Test
    void aFloodFromTheOtherOfficeReachesAMemberOnlyAtTheRateOfItsSenders() throws Exception {
        Pair pair = pair();
        SrtpSender enemy = hostile(pair);
        int sent = 0;
        for (int tick = 0; tick < 100; tick++) {
            for (int i = 0; i < 100; i++) {
                sent++;
                b.handle(
                        enemy.protect(new RtpHeader(false, 111, sent & 0xffff, 0, pair.opening.bBase()), sent, FRAME),
                        A);
            }
            b.advance(10 * MILLIS);
        }
        int heard = pair.bob.received().size();
        assertThat(sent).isEqualTo(10_000);
        assertThat(heard).isBetween(4 * 150, 4 * 150 + 4 * 75 + 1);
        assertThat(b.dropped(RelayDrop.TOO_FAST)).isEqualTo(10_000 - heard);
    }

    @Test
    void aFloodOfForgedPacketsDoesNotUseUpWhatTheOtherOfficeMaySend() throws Exception {
        Pair pair = pair();
        byte[] forged =
                new SrtpSender(keysOf(99)).protect(new RtpHeader(false, 111, 1, 0, pair.opening.bBase()), 1, FRAME);
        for (int i = 0; i < 10_000; i++) {
            b.handle(forged, A);
        }
        pair.carries(1);
        assertThat(b.dropped(RelayDrop.TOO_FAST)).isZero();
    }

    @Test
    void streamsBeyondTheRangeOrUnderAnotherCallsRangeAreNotForwarded() throws Exception {
        Pair one = new Pair("one", 1, 1);
        Pair two = new Pair("two", 2, 2);
        SrtpSender enemy = hostile(one);
        b.handle(enemy.protect(new RtpHeader(false, 111, 1, 0, two.opening.bBase()), 1, FRAME), A);
        b.handle(enemy.protect(new RtpHeader(false, 111, 1, 0, TrunkRange.reports(one.opening.bBase())), 1, FRAME), A);
        b.handle(enemy.protect(new RtpHeader(false, 111, 1, 0, one.opening.bBase() + 64 * 999), 1, FRAME), A);
        assertThat(one.bob.received()).isEmpty();
        assertThat(two.bob.received()).isEmpty();
        for (int slot = 1; slot < TrunkRange.STREAMS; slot++) {
            b.handle(enemy.protect(new RtpHeader(false, 111, 1, 0, one.opening.bBase() + slot), 1, FRAME), A);
        }
        assertThat(one.bob.received()).hasSize(TrunkRange.STREAMS - 1);
        one.carries(5);
        two.carries(6);
    }

    @Test
    void keysThatWereUsedBeforeOrAreTheSameBothWaysOpenNothing() throws Exception {
        Pair pair = pair();
        Opening again = new Opening(a.relay.reserveTrunk(a.now), pair.opening.bBase(), 1);
        assertRefused(requestOfA("room", again, B), RelayRefusedException.Reason.KEYS_USED);
        Opening swapped = new Opening(a.relay.reserveTrunk(a.now), pair.opening.bBase(), 1);
        assertRefused(
                new TrunkRequest(
                        new TrunkId("room", "b.example"),
                        swapped.aBase(),
                        swapped.bBase(),
                        B,
                        keysOf(40),
                        pair.opening.fromA(),
                        1),
                RelayRefusedException.Reason.KEYS_USED);
        Opening reflecting = new Opening(a.relay.reserveTrunk(a.now), pair.opening.bBase(), 1);
        assertRefused(
                new TrunkRequest(
                        new TrunkId("room", "b.example"),
                        reflecting.aBase(),
                        reflecting.bBase(),
                        B,
                        keysOf(41),
                        keysOf(41),
                        1),
                RelayRefusedException.Reason.KEYS_USED);
        pair.carries(1);
    }

    @Test
    void aTrunkNeedsARangeThatWasReservedAndIsUsedOnce() throws Exception {
        assertRefused(requestOfA("room", new Opening(64, 128, 1), B), RelayRefusedException.Reason.NOT_RESERVED);
        Opening opening = open("room", 1);
        assertRefused(
                requestOfA("other", new Opening(opening.aBase(), opening.bBase(), 2), B),
                RelayRefusedException.Reason.NOT_RESERVED);
        int late = a.relay.reserveTrunk(a.now);
        a.advance(Trunks.RESERVED_NANOS);
        assertRefused(requestOfA("late", new Opening(late, 64, 3), B), RelayRefusedException.Reason.NOT_RESERVED);
    }

    @Test
    void trunksAreRefusedBeyondTheLimits() throws Exception {
        Harness small = new Harness(new RelayLimits(2, 4, 2, 3, 4, SECONDS, SECONDS, 3, 2, 75, 150), 3);
        for (String office : List.of("one", "two")) {
            small.relay.connectTrunk(request(small, "room", office), small.now);
        }
        assertRefused(small, request(small, "room", "three"), RelayRefusedException.Reason.TOO_MANY_TRUNKS);
        small.relay.removeTrunk(new TrunkId("room", "two"));
        assertRefused(small, request(small, "room", "three"), RelayRefusedException.Reason.TOO_MANY_TRUNKS);
        small.relay.connectTrunk(request(small, "another room", "one"), small.now);
        assertRefused(small, request(small, "third room", "one"), RelayRefusedException.Reason.TOO_MANY_ROOMS);
        small.relay.connectTrunk(request(small, "another room", "two"), small.now);
        assertRefused(small, request(small, "room", "two"), RelayRefusedException.Reason.TOO_MANY_TRUNKS);
        for (int i = 0; i < 3; i++) {
            small.relay.reserveTrunk(small.now);
        }
        assertThatThrownBy(() -> small.relay.reserveTrunk(small.now)).isInstanceOf(RelayRefusedException.class);
    }

    private TrunkRequest request(Harness of, String room, String office) throws RelayRefusedException {
        return new TrunkRequest(
                new TrunkId(room, office), of.relay.reserveTrunk(of.now), 64, B, freshKeys(), freshKeys(), 1);
    }

    private void assertRefused(TrunkRequest request, RelayRefusedException.Reason reason) {
        assertRefused(a, request, reason);
    }

    private static void assertRefused(Harness at, TrunkRequest request, RelayRefusedException.Reason reason) {
        assertThatThrownBy(() -> at.relay.connectTrunk(request, at.now))
                .isInstanceOfSatisfying(
                        RelayRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
        assertThatThrownBy(() -> request.sendKeys().digest())
                .as("the keys of a refused request are erased")
                .isInstanceOf(IllegalStateException.class);
    }

    // --- what the network sees ---

    @Test
    void allPacketsOfATrunkHaveOneSizeForFramesAndOneForReportsAndNoWordOfMembers() throws Exception {
        Pair pair = pair();
        for (int i = 0; i < 100; i++) {
            byte[] spoken = frame(i);
            new Random(i).nextBytes(spoken);
            pair.alice.send(spoken);
            pair.bob.send(FRAME);
            advance(20 * MILLIS);
        }
        Set<Integer> rtp = new HashSet<>();
        Set<Integer> rtcp = new HashSet<>();
        Set<Integer> ssrcs = new HashSet<>();
        for (byte[] datagram : onTheWire) {
            (PacketKind.of(datagram) == PacketKind.RTP ? rtp : rtcp).add(datagram.length);
            ssrcs.add(java.nio.ByteBuffer.wrap(datagram, PacketKind.of(datagram) == PacketKind.RTP ? 8 : 4, 4)
                    .getInt());
            assertThat(contains(datagram, pair.alice.address.getAddress().getAddress()))
                    .isFalse();
        }
        assertThat(rtp).containsExactly(FRAME_LENGTH + SrtpSender.OVERHEAD);
        assertThat(rtcp).containsExactly(RtcpPacket.RECEIVER_COMPOUND_LENGTH + SrtpSender.RTCP_OVERHEAD);
        assertThat(ssrcs).doesNotContain(pair.alice.member.ssrc(), pair.bob.member.ssrc());
    }

    @Test
    void insideAReportIsNothingThatDependsOnTheRoom() throws Exception {
        Pair pair = pair();
        RawPeer.connected(a, "room", "another", 8);
        pair.alice.send(FRAME);
        advance(3 * SECONDS);
        SrtpReceiver other = new SrtpReceiver(pair.opening.fromA());
        int read = 0;
        for (byte[] datagram : onTheWire) {
            boolean fromA = PacketKind.of(datagram) == PacketKind.RTCP
                    && TrunkRange.base(java.nio.ByteBuffer.wrap(datagram, 4, 4).getInt()) == pair.opening.bBase();
            if (fromA) {
                var report = (RtcpPacket.ReceiverReport)
                        RtcpPacket.decodeCompound(other.unprotectRtcp(datagram).bytes())
                                .getFirst();
                assertThat(report.blocks()).containsExactly(org.whodis.media.rtp.ReportBlock.EMPTY);
                read++;
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(3);
    }

    // --- the rate of members ---

    @Test
    void aMemberWhoSendsFasterThanAnyPhoneIsForwardedAtTheRateOfAPhone() throws Exception {
        RawPeer alice = RawPeer.connected(a, "room", "alice", 1);
        RawPeer alan = RawPeer.connected(a, "room", "alan", 2);
        alan.expect(alice);
        for (int tick = 0; tick < 100; tick++) {
            for (int i = 0; i < 100; i++) {
                alice.send(FRAME);
            }
            a.advance(10 * MILLIS);
        }
        assertThat(alan.received().size()).isBetween(150, 150 + 75 + 1);
        assertThat(a.dropped(RelayDrop.TOO_FAST)).isGreaterThan(9_000);
        a.advance(5 * SECONDS);
        alan.take(PacketKind.RTP);
        for (int i = 0; i < 500; i++) {
            alice.send(FRAME);
            a.advance(20 * MILLIS);
        }
        assertThat(alan.take(PacketKind.RTP))
                .as("ten seconds at a phone's own pace")
                .hasSize(500);
    }

    @Test
    void aFloodOfForgedPacketsUnderAMembersAddressTakesNothingFromTheMember() throws Exception {
        RawPeer alice = RawPeer.connected(a, "room", "alice", 1);
        RawPeer alan = RawPeer.connected(a, "room", "alan", 2);
        alan.expect(alice);
        byte[] forged = alice.srtp(FRAME);
        forged[forged.length - 1] ^= 1;
        byte[] genuine = alice.srtp(FRAME);
        a.handle(genuine, alice.address);
        for (int i = 0; i < 10_000; i++) {
            a.handle(forged, alice.address);
            a.handle(genuine, alice.address);
        }
        alice.send(FRAME);
        assertThat(alan.received()).hasSize(2);
        assertThat(a.dropped(RelayDrop.TOO_FAST)).isZero();
    }

    private static boolean contains(byte[] in, byte[] what) {
        for (int at = 0; at + what.length <= in.length; at++) {
            if (java.util.Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return true;
            }
        }
        return false;
    }
}
