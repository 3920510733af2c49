package org.whodis.office.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.whodis.core.message.MediaJoined;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.stun.TurnAttribute;

/** A client of TURN over TLS, which says what a test wants said. */
public final class TurnConnection implements AutoCloseable {
    public static final int ALLOCATE = 0x003;
    public static final int REFRESH = 0x004;
    public static final int SEND = 0x006;
    public static final int CREATE_PERMISSION = 0x008;
    public static final int CHANNEL_BIND = 0x009;

    private static final int CHANNEL = 0x4000;
    private static final int PATIENCE_SECONDS = 60;

    private final RawTls tls;
    private final String username;
    private final String password;
    private final InetSocketAddress peer;
    private final BlockingQueue<StunMessage> answers = new LinkedBlockingQueue<>();
    private final Consumer<byte[]> received;
    private String realm = "";
    private String nonce = "";

    /**
     * A connection that has asked for nothing yet.
     *
     * @param received takes what the relay sends, on a thread of its own
     */
    public TurnConnection(InetSocketAddress office, MediaJoined place, Consumer<byte[]> received) throws IOException {
        this(new RawTls(office), place, received);
    }

    /** On a connection that was made before. */
    public TurnConnection(RawTls tls, MediaJoined place, Consumer<byte[]> received) throws IOException {
        this.tls = tls;
        this.username = place.turn().username();
        this.password = place.turn().password();
        this.peer = new InetSocketAddress(
                InetAddress.getByAddress(place.turn().peerAddress().toArray()), place.port());
        this.received = received;
        tls.setPatience(0);
        Thread.ofVirtual().start(this::read);
    }

    public InetSocketAddress peer() {
        return peer;
    }

    /** Asks, without saying who. */
    public StunMessage ask(int method, StunAttribute... attributes) throws Exception {
        return exchange(encoder(StunClass.REQUEST, method, attributes).finish(null));
    }

    /** Asks with the credential. */
    public StunMessage askAuthentic(int method, StunAttribute... attributes) throws Exception {
        return exchange(encoder(StunClass.REQUEST, method, attributes)
                .add(new StunAttribute.Username(username))
                .add(new TurnAttribute.Realm(realm))
                .add(new TurnAttribute.Nonce(nonce))
                .finish(MessageDigest.getInstance("MD5")
                        .digest((username + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8))));
    }

    /** Takes realm and nonce from a refusal, and asks for an allocation. */
    public StunMessage allocate() throws Exception {
        StunMessage refused = ask(ALLOCATE);
        realm = refused.attribute(TurnAttribute.Realm.class).orElseThrow().value();
        nonce = refused.attribute(TurnAttribute.Nonce.class).orElseThrow().value();
        return askAuthentic(ALLOCATE, new TurnAttribute.RequestedTransport(17));
    }

    /** Binds the channel to the relay. */
    public StunMessage bind() throws Exception {
        return askAuthentic(
                CHANNEL_BIND, new TurnAttribute.ChannelNumber(CHANNEL), new TurnAttribute.XorPeerAddress(peer));
    }

    public void send(byte[] datagram) throws IOException {
        byte[] frame = new byte[4 + datagram.length + 3 & ~3];
        frame[0] = (byte) (CHANNEL >> 8);
        frame[1] = (byte) CHANNEL;
        frame[2] = (byte) (datagram.length >> 8);
        frame[3] = (byte) datagram.length;
        System.arraycopy(datagram, 0, frame, 4, datagram.length);
        tls.write(frame);
    }

    public void sendTo(InetSocketAddress whom, byte[] datagram) throws IOException {
        tls.write(encoder(
                        StunClass.INDICATION,
                        SEND,
                        new TurnAttribute.XorPeerAddress(whom),
                        new TurnAttribute.Data(datagram))
                .finish(null));
    }

    @Override
    public void close() {
        tls.close();
    }

    private StunMessage exchange(byte[] request) throws Exception {
        tls.write(request);
        StunMessage answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no answer");
        }
        return answer;
    }

    private static StunEncoder encoder(StunClass stunClass, int method, StunAttribute... attributes) {
        StunEncoder encoder = new StunEncoder(stunClass, method, TransactionId.generate(TestDevice.RANDOM::next), 1500);
        for (StunAttribute attribute : attributes) {
            encoder.add(attribute);
        }
        return encoder;
    }

    private void read() {
        try {
            while (true) {
                byte[] header = tls.read(4);
                int length = (header[2] & 0xff) << 8 | header[3] & 0xff;
                if (header[0] >> 6 == 0) {
                    byte[] message = new byte[20 + length];
                    System.arraycopy(header, 0, message, 0, 4);
                    System.arraycopy(tls.read(16 + length), 0, message, 4, 16 + length);
                    answers.add(StunMessage.decode(message));
                } else {
                    byte[] padded = tls.read(length + 3 & ~3);
                    byte[] datagram = new byte[length];
                    System.arraycopy(padded, 0, datagram, 0, length);
                    received.accept(datagram);
                }
            }
        } catch (IOException | MalformedPacketException e) {
            // Closed by the office or by the test; whoever waits for an answer says that there was none.
        }
    }
}
