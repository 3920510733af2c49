package org.whodis.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsResult;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.DtlsState;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.srtp.RtpPacket;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.srtp.SrtpSender;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;

/** A member that does by hand what a phone does by itself, so that it can do it wrong. */
final class RawPeer {
    final Harness harness;
    final DtlsIdentity identity;
    final String ufrag;
    final RelayMember member;
    InetSocketAddress address;
    SrtpSender sender;
    SrtpReceiver receiver;
    long nextIndex = 1;

    RawPeer(Harness harness, String room, String name, int host) throws RelayRefusedException {
        this.harness = harness;
        this.identity = DtlsIdentity.generate(harness.random);
        this.ufrag = IceCredentials.generateUfrag(harness.random);
        this.member = harness.create(room, name, identity, ufrag);
        this.address = Harness.address(host, 1000 + host);
    }

    static RawPeer connected(Harness harness, String room, String name, int host) throws Exception {
        RawPeer peer = new RawPeer(harness, room, name, host);
        peer.check(true);
        peer.handshake();
        return peer;
    }

    byte[] checkBytes(boolean nominating) {
        StunEncoder encoder = new StunEncoder(
                        StunClass.REQUEST, StunMessage.BINDING, TransactionId.generate(harness.random))
                .add(new StunAttribute.Username(member.credentials().ufrag() + ":" + ufrag))
                .add(new StunAttribute.Priority(1))
                .add(new StunAttribute.IceControlling(1));
        if (nominating) {
            encoder.add(new StunAttribute.UseCandidate());
        }
        return encoder.finish(member.credentials().integrityKey());
    }

    void check(boolean nominating) throws Exception {
        harness.handle(checkBytes(nominating), address);
        StunMessage answer = StunMessage.decode(take(PacketKind.STUN).removeFirst());
        assertThat(answer.stunClass()).isEqualTo(StunClass.SUCCESS);
    }

    DtlsSession dtls() {
        return DtlsSession.client(identity, harness.relay.fingerprint(), harness.random, () -> {});
    }

    void handshake() throws InterruptedException {
        try (DtlsSession session = dtls()) {
            handshake(session);
            DtlsResult result = ((DtlsState.Established) session.state()).result();
            sender = new SrtpSender(result.sendKeys());
            receiver = new SrtpReceiver(result.receiveKeys());
        }
    }

    void handshake(DtlsSession session) throws InterruptedException {
        for (int i = 0; session.state() instanceof DtlsState.Handshaking; i++) {
            assertThat(i).as("the handshake hangs").isLessThan(100_000);
            pump(session);
            Thread.sleep(0, 50_000);
        }
        pump(session);
        harness.settle();
        // On a busy machine bctls repeats flights that were about to be answered.
        take(PacketKind.DTLS);
    }

    /** Carries what there is to carry. */
    void pump(DtlsSession session) {
        for (byte[] datagram = session.poll(); datagram != null; datagram = session.poll()) {
            harness.handle(datagram, address);
        }
        harness.relay.handleTimeout(harness.now);
        harness.drain();
        take(PacketKind.DTLS).forEach(session::feed);
    }

    byte[] srtp(byte[] payload) throws Exception {
        return srtp(nextIndex++, payload);
    }

    byte[] srtp(long index, byte[] payload) throws Exception {
        return sender.protect(
                new RtpHeader(false, 111, PacketIndex.sequence(index), (int) (960 * index), member.ssrc()),
                index,
                payload);
    }

    void send(byte[] payload) throws Exception {
        harness.handle(srtp(payload), address);
    }

    void expect(RawPeer other) {
        receiver.open(other.member.ssrc());
    }

    /** What has come from others since the last call. */
    List<RtpPacket> received() throws Exception {
        List<RtpPacket> packets = new ArrayList<>();
        for (byte[] datagram : take(PacketKind.RTP)) {
            packets.add(receiver.unprotect(datagram));
        }
        return packets;
    }

    /** Takes the datagrams of one kind out of the mailbox. */
    Deque<byte[]> take(PacketKind kind) {
        Deque<byte[]> taken = new java.util.ArrayDeque<>();
        harness.mailbox(address).removeIf(datagram -> PacketKind.of(datagram) == kind && taken.add(datagram));
        return taken;
    }
}
