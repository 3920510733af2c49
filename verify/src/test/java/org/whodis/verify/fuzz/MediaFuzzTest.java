package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.RandomBytes;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaOutput;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.DtlsState;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.srtp.SrtpException;
import org.whodis.media.srtp.SrtpKeys;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.turn.TurnCredentials;
import org.whodis.media.turn.TurnOutput;
import org.whodis.media.turn.TurnQuota;
import org.whodis.media.turn.TurnSession;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.Relay;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayOutput;
import org.whodis.relay.RelayRefusedException;

/**
 * Everything on the media path that reads what the network brings: each either reads it or refuses it with its one type of
 * exception, and nothing that nobody signed is answered.
 */
class MediaFuzzTest {
    private static final InetSocketAddress RELAY = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.254"), 5000);
    private static final InetSocketAddress PHONE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final int SSRC = 0xcafebabe;
    private static final int MAX_DATAGRAMS = 16;

    private static RandomBytes seeded() {
        Random random = new Random(1);
        return count -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        };
    }

    private static final DtlsIdentity IDENTITY = DtlsIdentity.generate(seeded());

    @FuzzTest(maxDuration = "1m")
    void stunIsReadOrRefused(byte[] data) {
        try {
            StunMessage message = StunMessage.decode(data);
            message.unknownRequiredTypes();
            if (message.isAuthentic(new byte[] {1, 2, 3, 4})) {
                throw new AssertionError("an integrity that nobody computed");
            }
        } catch (MalformedPacketException refused) {
            // The one exception that input may cause.
        }
    }

    /** A stranger's connection: whatever comes, there is no allocation, no way to the relay, and an end to its patience. */
    @FuzzTest(maxDuration = "1m")
    void aStrangersTurnConnectionLeadsNowhere(byte[] data) {
        TurnCredentials credentials = new TurnCredentials(seeded());
        TurnSession session = new TurnSession(credentials, new NoQuota(), "office", seeded(), PHONE, 0);
        int half = data.length / 2;
        session.receive(Arrays.copyOf(data, half), 1);
        requireNothingButWords(session);
        session.receive(Arrays.copyOfRange(data, half, data.length), 2);
        requireNothingButWords(session);
        session.fromRelay(data.clone(), 3);
        requireNothingButWords(session);
        session.handleTimeout(Long.MAX_VALUE / 2);
        requireNothingButWords(session);
    }

    private static void requireNothingButWords(TurnSession session) {
        while (true) {
            switch (session.poll()) {
                case TurnOutput.ToClient answer -> {
                    if (answer.isMedia() || answer.bytes().length > 256) {
                        throw new AssertionError("media, or more than a refusal, for a stranger");
                    }
                }
                case TurnOutput.Cut _, TurnOutput.Timeout _ -> {
                    return;
                }
                case TurnOutput.ToRelay _, TurnOutput.OpenPath _, TurnOutput.ClosePath _ ->
                    throw new AssertionError("a stranger moved something");
            }
        }
    }

    private static final class NoQuota implements TurnQuota {
        @Override
        public Answer take(String holder) {
            throw new AssertionError("an allocation for a stranger");
        }

        @Override
        public void release(String holder) {
            throw new AssertionError("an allocation of a stranger");
        }
    }

    @FuzzTest(maxDuration = "1m")
    void rtpHeadersAreWrittenAsTheyWereRead(byte[] data) {
        try {
            byte[] back = new byte[RtpHeader.LENGTH];
            RtpHeader.decode(data).encode(back);
            if (!Arrays.equals(back, Arrays.copyOf(data, RtpHeader.LENGTH))) {
                throw new AssertionError("not the bytes it came from");
            }
        } catch (MalformedPacketException refused) {
            // The one exception that input may cause.
        }
    }

    @FuzzTest(maxDuration = "1m")
    void rtcpIsReadOrRefused(byte[] data) {
        try {
            if (RtcpPacket.decodeCompound(data).isEmpty()) {
                throw new AssertionError("a compound of nothing");
            }
        } catch (MalformedPacketException refused) {
            // The one exception that input may cause.
        }
    }

    @FuzzTest(maxDuration = "1m")
    void srtpThatNobodySealedIsRefused(byte[] data) {
        SrtpReceiver receiver = new SrtpReceiver(SrtpKeys.copyOf(new byte[32], new byte[12]));
        receiver.open(SSRC);
        if (data.length >= RtpHeader.LENGTH) {
            byte[] addressed = data.clone();
            ByteBuffer.wrap(addressed).putInt(8, SSRC);
            refuse(receiver, addressed);
        }
        refuse(receiver, data);
    }

    private static void refuse(SrtpReceiver receiver, byte[] data) {
        try {
            receiver.unprotect(data);
            throw new AssertionError("a tag that nobody computed");
        } catch (SrtpException refused) {
            // The one exception that input may cause.
        }
        try {
            receiver.unprotectRtcp(data);
            throw new AssertionError("a tag that nobody computed");
        } catch (SrtpException refused) {
            // The one exception that input may cause.
        }
    }

    @FuzzTest(maxDuration = "1m")
    void dtlsEndsInAStateAndNeverInKeys(byte[] data) {
        try (DtlsSession server = DtlsSession.server(IDENTITY, IDENTITY.fingerprint(), seeded(), () -> {});
                DtlsSession client = DtlsSession.client(IDENTITY, IDENTITY.fingerprint(), seeded(), () -> {})) {
            for (DtlsSession session : List.of(server, client)) {
                for (byte[] datagram : datagrams(data)) {
                    awaitQuiet(session);
                    session.feed(datagram);
                }
                awaitQuiet(session);
                if (session.state() instanceof DtlsState.Established) {
                    throw new AssertionError("keys out of nothing");
                }
            }
        }
    }

    private static void awaitQuiet(DtlsSession session) {
        for (int i = 0; !session.isQuiet(); i++) {
            if (i > 100_000) {
                throw new AssertionError("the handshake hangs");
            }
            LockSupport.parkNanos(50_000);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void aRelaySendsNothingToWhoeverHasNoPassword(byte[] data) throws RelayRefusedException {
        RandomBytes random = seeded();
        Relay relay = new Relay(RelayLimits.DEFAULT, IDENTITY, random, () -> {});
        RelayMember member =
                relay.createMember(new MemberRequest(new MemberId("r", "m"), IDENTITY.fingerprint(), "abcd"), 0);
        InetSocketAddress stranger = new InetSocketAddress(PHONE.getAddress(), 4001);
        relay.handle(check(member, random), PHONE, 1);
        drainTo(relay, PHONE);
        for (byte[] datagram : datagrams(data)) {
            relay.handle(datagram.clone(), stranger, 2);
            relay.handle(datagram, PHONE, 2);
            drainTo(relay, PHONE);
        }
        relay.handleTimeout(3_000_000_000L);
        drainTo(relay, PHONE);
        relay.closeRoom("r");
    }

    private static byte[] check(RelayMember member, RandomBytes random) {
        return new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, TransactionId.generate(random))
                .add(new StunAttribute.Username(member.credentials().ufrag() + ":abcd"))
                .add(new StunAttribute.Priority(1))
                .add(new StunAttribute.UseCandidate())
                .add(new StunAttribute.IceControlling(1))
                .finish(member.credentials().integrityKey());
    }

    private static void drainTo(Relay relay, InetSocketAddress only) {
        while (relay.poll() instanceof RelayOutput.Transmit(var datagram)) {
            if (!datagram.remote().equals(only)) {
                throw new AssertionError("a datagram to a stranger");
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void aPhoneTakesWhateverComesAndStaysWhatItIs(byte[] data) {
        RandomBytes random = seeded();
        try (MediaClient client = new MediaClient(
                new MediaClientConfig(
                        RELAY, IceCredentials.generate(random), IDENTITY.fingerprint(), "abcd", SSRC, 160),
                IDENTITY,
                random,
                () -> {})) {
            client.start(0);
            for (byte[] datagram : datagrams(data)) {
                client.handle(datagram, RELAY, 1);
            }
            MediaOutput output = client.poll();
            while (!(output instanceof MediaOutput.Timeout)) {
                if (output instanceof MediaOutput.Event(var event)) {
                    throw new AssertionError("it believed somebody: " + event);
                }
                output = client.poll();
            }
        }
    }

    /** The input cut into datagrams by lengths of two bytes before each. */
    private static List<byte[]> datagrams(byte[] data) {
        List<byte[]> datagrams = new ArrayList<>();
        int at = 0;
        while (at + 2 <= data.length && datagrams.size() < MAX_DATAGRAMS) {
            int length = Math.min((data[at] & 0xff) << 8 | data[at + 1] & 0xff, data.length - at - 2);
            datagrams.add(Arrays.copyOfRange(data, at + 2, at + 2 + length));
            at += 2 + length;
        }
        return datagrams;
    }
}
