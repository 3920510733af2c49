package org.whodis.office.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The listener of the one TCP port. A connection goes through these stages, each with its own deadline:
 *
 * <pre>
 *   TCP  -> {@link AdmissionHandler}  how many connections, handshake deadline, negotiated group
 *        -> SslHandler                TLS 1.3
 *        -> {@link ProtocolSelector}  the first byte tells HTTP from TURN and both from anything else
 *        -> {@link TurnHandler}       TURN, with a path to the relay; or
 *        -> {@link RequestHandler}    one request at a time to its {@link HttpHandler}
 *        -> {@link SocketHandler}     after the upgrade: messages to their {@link MessageSocket.Listener}
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
public final class HttpsServer implements AutoCloseable {
    /** Handshakes and framing only, everything else is on virtual threads: two loops keep two cores busy. */
    private static final int EVENT_LOOPS = Math.min(2, Runtime.getRuntime().availableProcessors());

    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark OUTBOUND = new WriteBufferWaterMark(64 * 1024, 256 * 1024);
    /** How long a closing connection may take to send its last bytes. */
    private static final long CLOSE_MILLIS = 500;

    private final EventLoopGroup loops;
    private final ExecutorService handlers;
    private final ChannelGroup connections;
    private final Channel listener;
    private final AtomicReference<@Nullable Routes> routes;

    private HttpsServer(
            EventLoopGroup loops,
            ExecutorService handlers,
            ChannelGroup connections,
            Channel listener,
            AtomicReference<@Nullable Routes> routes) {
        this.loops = loops;
        this.handlers = handlers;
        this.connections = connections;
        this.listener = listener;
        this.routes = routes;
    }

    /** Whether the hop to the office can have a post-quantum key exchange on this machine. */
    public static boolean isPostQuantum() {
        return TlsContexts.isPostQuantum();
    }

    /**
     * Takes the port. Connections are cut until {@link #serve} says what there is to be had.
     *
     * @param address where to listen; port 0 takes a free one
     * @throws BindException when somebody else has the port
     */
    public static HttpsServer listen(
            InetSocketAddress address, TlsIdentity identity, HttpLimits limits, HttpObserver observer)
            throws IOException {
        SslContext tls = TlsContexts.server(identity);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("office-tcp", true), NioIoHandler.newFactory());
        ExecutorService handlers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("office-http-", 0).factory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        AtomicReference<@Nullable Routes> served = new AtomicReference<>();
        AddressLimiter limiter = new AddressLimiter(limits.connections(), limits.connectionsPerAddress());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, OUTBOUND)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Routes routes = served.get();
                        if (routes == null) {
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        Connection connection = new Connection(channel, routes, limits, observer, handlers);
                        channel.pipeline().addLast(new AdmissionHandler(limiter, tls, connection));
                    }
                });
        try {
            Channel listener = bootstrap.bind(address).syncUninterruptibly().channel();
            return new HttpsServer(loops, handlers, connections, listener, served);
        } catch (RuntimeException e) {
            loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            handlers.shutdownNow();
            throw e;
        } catch (Exception e) {
            // Netty rethrows the checked BindException undeclared.
            loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            handlers.shutdownNow();
            throw e instanceof IOException io ? io : new IOException(e);
        }
    }

    public void serve(Routes what) {
        routes.set(what);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Stops accepting, tells every device that the office goes away, and ends every connection. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        connections.forEach(channel -> channel.pipeline().fireUserEventTriggered(SocketHandler.GoAway.INSTANCE));
        connections.newCloseFuture().awaitUninterruptibly(CLOSE_MILLIS);
        connections.close().awaitUninterruptibly(CLOSE_MILLIS);
        handlers.shutdown();
        loops.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * CLOSE_MILLIS);
        try {
            if (!handlers.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                handlers.shutdownNow();
            }
        } catch (InterruptedException e) {
            handlers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
