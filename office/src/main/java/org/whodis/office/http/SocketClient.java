package org.whodis.office.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.whodis.core.wire.Bytes;

/**
 * Connections from this office to others: TLS 1.3 with X25519MLKEM768 and nothing less. Addresses are given as numbers by
 * whoever has looked at them; a name is only what the other side is asked for.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
public final class SocketClient implements Dialler {
    private static final int CONNECT_MILLIS = 5_000;
    private static final WriteBufferWaterMark OUTBOUND = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);
    private static final int MAX_UPGRADE_ANSWER = 8 * 1024;

    private final HttpLimits limits;
    private final HttpObserver observer;
    private final EventLoopGroup loop;
    private final ExecutorService handlers;
    private final SslContext tls;

    /** Throws if this machine has no BoringSSL: then there is no post-quantum TLS and no other office. */
    public SocketClient(HttpLimits limits, HttpObserver observer) throws IOException {
        if (!TlsContexts.isPostQuantum()) {
            throw new IOException("BoringSSL does not load on this machine");
        }
        this.limits = limits;
        this.observer = observer;
        this.tls = TlsContexts.client();
        this.loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("office-peers", true), NioIoHandler.newFactory());
        this.handlers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("office-peer-", 0).factory());
    }

    @Override
    public CompletableFuture<Answer> get(InetSocketAddress address, String domain, String path, int maxBody) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        connect(address, domain, answer, (channel, spki) -> {
            channel.pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(maxBody, true))
                    .addLast(new OneAnswer(answer, spki));
            var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path, Unpooled.EMPTY_BUFFER);
            request.headers().set(HttpHeaderNames.HOST, domain).set(HttpHeaderNames.CONNECTION, "close");
            channel.writeAndFlush(request);
        });
        return answer.orTimeout(limits.request().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<Void> open(
            InetSocketAddress address, String domain, String path, String subprotocol, Opener opener) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        connect(address, domain, opened, (channel, spki) -> {
            WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                    URI.create("wss://" + domain + path),
                    WebSocketVersion.V13,
                    subprotocol,
                    false,
                    new DefaultHttpHeaders(),
                    limits.messageBytes(),
                    true,
                    false);
            SslHandler ssl = channel.pipeline().get(SslHandler.class);
            String group = TlsContexts.negotiatedGroup(ssl.engine());
            SocketHandler socket = new SocketHandler(
                    new Connection(channel, Routes.NONE, limits, observer, handlers),
                    path,
                    each -> opener.open(each, spki),
                    group);
            channel.pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(MAX_UPGRADE_ANSWER, true))
                    .addLast(new Upgrade(handshaker, socket, opened));
            handshaker.handshake(channel);
            channel.eventLoop()
                    .schedule(
                            () -> {
                                if (!opened.isDone()) {
                                    channel.close();
                                }
                            },
                            limits.request().toMillis(),
                            TimeUnit.MILLISECONDS);
        });
        return opened;
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1_000);
        handlers.shutdownNow();
    }

    private interface Next {
        void afterTls(SocketChannel channel, Bytes tlsSpkiSha256);
    }

    private void connect(InetSocketAddress address, String domain, CompletableFuture<?> failed, Next next) {
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, OUTBOUND)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        String host = domain.indexOf(':') < 0 ? domain : domain.substring(0, domain.indexOf(':'));
                        SslHandler ssl = tls.newHandler(channel.alloc(), host, address.getPort());
                        ssl.setHandshakeTimeout(limits.handshake().toMillis(), TimeUnit.MILLISECONDS);
                        channel.pipeline().addLast("tls", ssl);
                        channel.pipeline().addLast(new AfterTls(channel, ssl, failed, next));
                    }
                })
                .connect(address)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        failed.completeExceptionally(done.cause());
                    }
                });
    }

    /** Waits for the handshake. */
    private static final class AfterTls extends io.netty.channel.ChannelInboundHandlerAdapter {
        private final SocketChannel channel;
        private final SslHandler ssl;
        private final CompletableFuture<?> failed;
        private final Next next;

        AfterTls(SocketChannel channel, SslHandler ssl, CompletableFuture<?> failed, Next next) {
            this.channel = channel;
            this.ssl = ssl;
            this.failed = failed;
            this.next = next;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done) {
                if (done.isSuccess()
                        && TlsContexts.negotiatedGroup(ssl.engine()).equals(TlsContexts.HYBRID)) {
                    try {
                        Bytes spki = spki(ssl);
                        context.pipeline().remove(this);
                        next.afterTls(channel, spki);
                    } catch (IOException e) {
                        failed.completeExceptionally(e);
                        context.close();
                    }
                } else {
                    failed.completeExceptionally(
                            done.isSuccess() ? new IOException("the key exchange is not post-quantum") : done.cause());
                    context.close();
                }
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failed.completeExceptionally(new IOException("the connection ended"));
            context.fireChannelInactive();
        }

        /** The handshake's failure has been told by its event. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static Bytes spki(SslHandler ssl) throws IOException {
        try {
            byte[] encoded = ssl.engine()
                    .getSession()
                    .getPeerCertificates()[0]
                    .getPublicKey()
                    .getEncoded();
            return Bytes.of(MessageDigest.getInstance("SHA-256").digest(encoded));
        } catch (SSLPeerUnverifiedException e) {
            throw new IOException("TLS showed no certificate", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static final class OneAnswer extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final CompletableFuture<Answer> answer;
        private final Bytes spki;

        OneAnswer(CompletableFuture<Answer> answer, Bytes spki) {
            this.answer = answer;
            this.spki = spki;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            answer.complete(
                    new Answer(response.status().code(), Bytes.of(ByteBufUtil.getBytes(response.content())), spki));
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IOException("the connection ended"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
            context.close();
        }
    }

    private static final class Upgrade extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final WebSocketClientHandshaker handshaker;
        private final SocketHandler socket;
        private final CompletableFuture<Void> opened;

        Upgrade(WebSocketClientHandshaker handshaker, SocketHandler socket, CompletableFuture<Void> opened) {
            this.handshaker = handshaker;
            this.socket = socket;
            this.opened = opened;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            // Throws for every answer but the right one, which exceptionCaught sees.
            handshaker.finishHandshake(context.channel(), response);
            SocketHandler.install(context.pipeline(), this, socket, true);
            opened.complete(null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            opened.completeExceptionally(new IOException("the connection ended"));
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            opened.completeExceptionally(cause);
            context.close();
        }
    }
}
