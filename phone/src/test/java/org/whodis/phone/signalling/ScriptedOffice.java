package org.whodis.phone.signalling;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/** A TLS WebSocket server that says exactly what a test tells it to: an office that may lie, stall or babble. */
final class ScriptedOffice implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> connections = new CopyOnWriteArrayList<>();
    private final X509Certificate certificate;
    private final SslContext tls;
    private Channel listening;

    /** What devices said. */
    final BlockingQueue<Bytes> received = new LinkedBlockingQueue<>();

    /** What is done when a device's socket opens. */
    volatile Consumer<Channel> greeting = channel -> {};

    /** What is done with each message. */
    volatile BiConsumer<Channel, Bytes> answering = (channel, message) -> {};

    final AtomicInteger opened = new AtomicInteger();

    ScriptedOffice(String... groups) throws Exception {
        this("TLSv1.3", groups);
    }

    private ScriptedOffice(String protocol, String[] groups) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=office");
        certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(Instant.EPOCH),
                                Date.from(Instant.ofEpochSecond(4_000_000_000L)),
                                name,
                                pair.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        tls = SslContextBuilder.forServer(pair.getPrivate(), certificate)
                .sslProvider(SslProvider.OPENSSL)
                .protocols(protocol)
                .option(OpenSslContextOption.GROUPS, groups)
                .build();
        listen(0);
    }

    static ScriptedOffice ofTls12() throws Exception {
        return new ScriptedOffice("TLSv1.2", new String[] {"X25519", "X25519MLKEM768"});
    }

    OfficeDomain domain() {
        return new OfficeDomain("localhost:" + ((InetSocketAddress) listening.localAddress()).getPort());
    }

    Bytes spkiSha256() throws Exception {
        return Bytes.of(MessageDigest.getInstance("SHA-256")
                .digest(certificate.getPublicKey().getEncoded()));
    }

    /** Kills the listener and all connections; {@link #listenAgain} brings the port back. */
    int kill() throws Exception {
        int port = ((InetSocketAddress) listening.localAddress()).getPort();
        listening.close().sync();
        for (Channel each : connections) {
            each.close().sync();
        }
        return port;
    }

    void listenAgain(int port) throws Exception {
        listen(port);
    }

    static void send(Channel channel, Bytes message) {
        var _ = channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message.toArray())));
    }

    static void sendText(Channel channel, String text) {
        var _ = channel.writeAndFlush(new TextWebSocketFrame(text));
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void listen(int port) throws Exception {
        listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(tls.newHandler(channel.alloc()))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65536))
                                .addLast(new WebSocketServerProtocolHandler("/v1/device", "whodis.1", false, 1 << 20))
                                .addLast(new NothingThere())
                                .addLast(new Handler());
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel();
    }

    /** It publishes nothing. */
    private static final class NothingThere extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            DefaultFullHttpResponse answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
            var _ = context.writeAndFlush(answer);
        }
    }

    private final class Handler extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
                opened.incrementAndGet();
                greeting.accept(context.channel());
            }
            super.userEventTriggered(context, event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
            Bytes message = Bytes.of(ByteBufUtil.getBytes(frame.content()));
            received.add(message);
            answering.accept(context.channel(), message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
