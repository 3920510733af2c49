package org.whodis.phone.signalling;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.whodis.core.identity.OfficeDomain;

/** What all connections of one phone to its office share: one I/O thread and one TLS context. */
public final class OfficeNetwork implements AutoCloseable {
    /** A connection that is not there after this long is tried again instead. */
    static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** Bytes that may wait for a slow network before a connection counts as dead: forty of the largest messages. */
    private static final int MAX_UNSENT = 40 * OfficeSocket.MAX_MESSAGE;

    private static final int CLOSE_TIMEOUT_MILLIS = 2_000;

    private final EventLoopGroup group;
    private final OfficeTls tls = new OfficeTls();

    public OfficeNetwork() {
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("whodis-signalling", true), NioIoHandler.newFactory());
    }

    EventLoop loop() {
        return group.next();
    }

    /** Begins a TLS connection; {@code handlers} adds what comes after the TLS handler. */
    ChannelFuture connect(OfficeDomain office, Consumer<SocketChannel> handlers) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MAX_UNSENT / 2, MAX_UNSENT))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        SslHandler ssl = tls.newHandler(channel.alloc(), office);
                        ssl.setHandshakeTimeoutMillis(CONNECT_TIMEOUT_MILLIS);
                        channel.pipeline().addLast(ssl);
                        handlers.accept(channel);
                    }
                })
                .connect(office.host(), office.port());
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
