package org.whodis.media.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.media.TestRandom;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.stun.TurnAttribute;

/** A client of a session without a network in between, and its clock. What it asks is well-formed unless a test says so. */
final class TurnClient {
    static final String REALM = "office.example:8443";
    static final InetSocketAddress PEER = address("203.0.113.7", 3478);
    static final InetSocketAddress CLIENT = address("198.51.100.9", 50_000);
    static final InetSocketAddress RELAYED = address("203.0.113.7", 40_001);
    static final byte[] HOLDER = {1, 2, 3, 4, 5, 6, 7, 8};
    static final long SECOND = 1_000_000_000L;

    final TurnCredentials credentials = new TurnCredentials(TestRandom.seeded(7));
    final Quota quota;
    final TurnSession session;
    final List<byte[]> toRelay = new ArrayList<>();
    final List<byte[]> toClient = new ArrayList<>();
    final List<Boolean> media = new ArrayList<>();
    final List<TurnOutput.Reason> cuts = new ArrayList<>();
    TurnCredential credential;
    String nonce = "";
    int pathsOpen;
    boolean pathsCanBeOpened = true;
    long now;
    long timeoutAt;

    /** As many as a test says. */
    static final class Quota implements TurnQuota {
        Answer answer = Answer.GRANTED;
        int taken;

        @Override
        public Answer take(String holder) {
            taken += answer == Answer.GRANTED ? 1 : 0;
            return answer;
        }

        @Override
        public void release(String holder) {
            taken--;
        }
    }

    TurnClient() {
        this(PEER);
    }

    TurnClient(InetSocketAddress peer) {
        // A clock that overflows on the way must not matter.
        now = Long.MAX_VALUE - 100 * SECOND;
        quota = new Quota();
        credential = credentials.issue(peer, HOLDER, now);
        session = new TurnSession(credentials, quota, REALM, TestRandom.seeded(8), CLIENT, now);
        drain();
    }

    static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    /** What one STUN request is answered. */
    StunMessage ask(int method, StunAttribute... attributes) throws Exception {
        return ask(signed(method, attributes));
    }

    StunMessage ask(byte[] request) throws Exception {
        int before = toClient.size();
        send(request);
        assertThat(toClient).hasSize(before + 1);
        return StunMessage.decode(toClient.getLast());
    }

    void send(byte[] bytes) {
        session.receive(bytes.clone(), now);
        drain();
    }

    byte[] signed(int method, StunAttribute... attributes) {
        StunEncoder encoder = plain(StunClass.REQUEST, method, attributes)
                .add(new StunAttribute.Username(credential.username()))
                .add(new TurnAttribute.Realm(REALM))
                .add(new TurnAttribute.Nonce(nonce));
        return encoder.finish(key());
    }

    byte[] key() {
        return TurnSession.longTermKey(credential.username(), REALM, credential.password());
    }

    static StunEncoder plain(StunClass stunClass, int method, StunAttribute... attributes) {
        StunEncoder encoder =
                new StunEncoder(stunClass, method, TransactionId.generate(TestRandom.seeded(9)), TurnLimits.MAX_SENT);
        for (StunAttribute attribute : attributes) {
            encoder.add(attribute);
        }
        return encoder;
    }

    /** Asks without a credential and takes the nonce from the refusal. */
    StunMessage learnNonce() throws Exception {
        StunMessage refused = ask(plain(StunClass.REQUEST, TurnSession.ALLOCATE).finish(null));
        nonce = refused.attribute(TurnAttribute.Nonce.class).orElseThrow().value();
        return refused;
    }

    StunMessage allocate(StunAttribute... more) throws Exception {
        StunAttribute[] all = new StunAttribute[more.length + 1];
        all[0] = new TurnAttribute.RequestedTransport(TurnAttribute.RequestedTransport.UDP);
        System.arraycopy(more, 0, all, 1, more.length);
        return ask(TurnSession.ALLOCATE, all);
    }

    /** A client that has an allocation. */
    static TurnClient allocated() throws Exception {
        TurnClient client = new TurnClient();
        client.learnNonce();
        assertThat(client.allocate().stunClass()).isEqualTo(StunClass.SUCCESS);
        return client;
    }

    void fromRelay(byte[] datagram) {
        session.fromRelay(datagram, now);
        drain();
    }

    void pass(long nanos) {
        now += nanos;
        session.handleTimeout(now);
        drain();
    }

    static int error(StunMessage message) {
        assertThat(message.stunClass()).isEqualTo(StunClass.ERROR);
        return message.attribute(StunAttribute.ErrorCode.class).orElseThrow().code();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    TurnOutput.@Nullable Reason cut() {
        return cuts.isEmpty() ? null : cuts.getFirst();
    }

    private void drain() {
        while (true) {
            switch (session.poll()) {
                case TurnOutput.ToClient frame -> {
                    toClient.add(frame.bytes());
                    media.add(frame.isMedia());
                }
                case TurnOutput.ToRelay datagram -> toRelay.add(datagram.bytes());
                case TurnOutput.OpenPath() -> {
                    if (pathsCanBeOpened) {
                        pathsOpen++;
                        session.opened(RELAYED, now);
                    } else {
                        session.notOpened(now);
                    }
                }
                case TurnOutput.ClosePath() -> pathsOpen--;
                case TurnOutput.Cut(TurnOutput.Reason reason) -> {
                    cuts.add(reason);
                    return;
                }
                case TurnOutput.Timeout(long atNanos) -> {
                    timeoutAt = atNanos;
                    return;
                }
            }
        }
    }
}
