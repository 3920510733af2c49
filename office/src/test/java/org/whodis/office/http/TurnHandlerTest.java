package org.whodis.office.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.DataInputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.whodis.media.RandomBytes;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.stun.TurnAttribute;
import org.whodis.media.turn.TurnCredential;
import org.whodis.media.turn.TurnCredentials;
import org.whodis.media.turn.TurnQuota;
import org.whodis.media.turn.TurnSession;

class TurnHandlerTest {
    private static final int ALLOCATE = 0x003;
    private static final int CAPACITY = 508;
    private static final String REALM = "office.example";
    private static final InetSocketAddress RELAY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    private static final HttpObserver NOBODY_LOOKS = (HttpObserver) Proxy.newProxyInstance(
            HttpObserver.class.getClassLoader(), new Class<?>[] {HttpObserver.class}, (_, _, _) -> null);

    private final RandomBytes random = length -> {
        byte[] out = new byte[length];
        new SecureRandom().nextBytes(out);
        return out;
    };
    private final TurnCredentials credentials = new TurnCredentials(random);
    private final TurnCredential credential =
            credentials.issue(RELAY, new byte[TurnCredentials.HOLDER_BYTES], System.nanoTime());
    private final LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

    /** Notes on which threads the session speaks. */
    private final class Service implements TurnService, TurnQuota {
        @Override
        public TurnSession session(InetSocketAddress client) {
            return new TurnSession(credentials, this, REALM, random, client, System.nanoTime());
        }

        @Override
        public InetSocketAddress relay() {
            return RELAY;
        }

        @Override
        public void dropped() {}

        @Override
        public Answer take(String holder) {
            threads.add(Thread.currentThread());
            return Answer.GRANTED;
        }

        @Override
        public void release(String holder) {
            threads.add(Thread.currentThread());
        }
    }

    @Test
    void whereNoSocketCanBeMadeTheClientIsToldByTheThreadThatOwnsTheSession() throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ExecutorService nobody = Executors.newVirtualThreadPerTaskExecutor()) {
            Channel server = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            Connection connection =
                                    new Connection(channel, Routes.NONE, HttpLimits.DEFAULT, NOBODY_LOOKS, nobody);
                            channel.pipeline().addLast(new TurnHandler(connection, new Service(), () -> {
                                throw new ChannelException("too many open files");
                            }));
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            try (Socket client = new Socket()) {
                client.connect(server.localAddress());
                StunMessage challenge = exchange(client, encoder().finish(null));
                String nonce = challenge
                        .attribute(TurnAttribute.Nonce.class)
                        .orElseThrow()
                        .value();
                StunMessage answer = exchange(client, authentic(nonce));
                assertThat(answer.attribute(StunAttribute.ErrorCode.class)
                                .orElseThrow()
                                .code())
                        .isEqualTo(CAPACITY);
                assertThat(List.copyOf(threads)).hasSize(2);
                assertThat(threads.take()).isSameAs(threads.take());
            }
        } finally {
            loops.shutdownGracefully().sync();
        }
    }

    private StunEncoder encoder() {
        return new StunEncoder(StunClass.REQUEST, ALLOCATE, TransactionId.generate(random), 512)
                .add(new TurnAttribute.RequestedTransport(TurnAttribute.RequestedTransport.UDP));
    }

    private byte[] authentic(String nonce) throws Exception {
        String text = credential.username() + ":" + REALM + ":" + credential.password();
        return encoder()
                .add(new StunAttribute.Username(credential.username()))
                .add(new TurnAttribute.Realm(REALM))
                .add(new TurnAttribute.Nonce(nonce))
                .finish(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static StunMessage exchange(Socket client, byte[] request) throws Exception {
        client.getOutputStream().write(request);
        DataInputStream in = new DataInputStream(client.getInputStream());
        byte[] header = in.readNBytes(StunMessage.HEADER_LENGTH);
        byte[] rest = in.readNBytes(ByteBuffer.wrap(header).getShort(2));
        return StunMessage.decode(ByteBuffer.allocate(header.length + rest.length)
                .put(header)
                .put(rest)
                .array());
    }
}
