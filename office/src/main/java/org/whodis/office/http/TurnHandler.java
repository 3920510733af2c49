package org.whodis.office.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.media.Datagram;
import org.whodis.media.turn.TurnOutput;
import org.whodis.media.turn.TurnSession;

/**
 * Last stage of a connection that speaks TURN: the shell around {@link TurnSession}, with one UDP socket as the path to the
 * relay, on the same event loop.
 *
 * <p>That socket is connected to the relay's own address: the operating system sends from it to nobody else, and drops what
 * anybody else sends to it. The address never comes from the client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class TurnHandler extends ChannelInboundHandlerAdapter {
    /** A second of sealed speech each way: what is older than that is better dropped than sent. */
    private static final WriteBufferWaterMark OUTBOUND = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    /** What the operating system holds beside it; it doubles what it is told. */
    private static final int SEND_BUFFER = 16 * 1024;

    /** Answers wait behind media; a connection that takes not even them is dropped. */
    private static final long MAX_PENDING = 64 * 1024;

    private final Connection connection;
    private final TurnService service;
    private final ChannelFactory<DatagramChannel> sockets;
    private final TurnSession session;
    private @Nullable Channel path;
    private boolean over;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;

    TurnHandler(Connection connection, TurnService service) {
        this(connection, service, NioDatagramChannel::new);
    }

    /** @param sockets makes the socket towards the relay */
    TurnHandler(Connection connection, TurnService service, ChannelFactory<DatagramChannel> sockets) {
        this.connection = connection;
        this.service = service;
        this.sockets = sockets;
        this.session = service.session(connection.channel().remoteAddress());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().config().setWriteBufferWaterMark(OUTBOUND);
        context.channel().config().setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER);
        drain(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf content = (ByteBuf) message;
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        content.release();
        if (!over) {
            session.receive(bytes, System.nanoTime());
            drain(context);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        Channel current = path;
        if (current != null) {
            current.flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == SocketHandler.GoAway.INSTANCE) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void drain(ChannelHandlerContext context) {
        while (!over) {
            switch (session.poll()) {
                case TurnOutput.ToClient frame -> write(context, frame);
                case TurnOutput.ToRelay datagram -> {
                    Channel current = path;
                    if (current != null) {
                        current.write(Unpooled.wrappedBuffer(datagram.bytes()));
                    }
                }
                case TurnOutput.OpenPath() -> openPath(context);
                case TurnOutput.ClosePath() -> closePath();
                case TurnOutput.Cut(TurnOutput.Reason reason) -> {
                    end();
                    connection.observer().refused(refusal(reason));
                    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                }
                case TurnOutput.Timeout(long atNanos) -> {
                    schedule(context, atNanos);
                    return;
                }
            }
        }
    }

    private void write(ChannelHandlerContext context, TurnOutput.ToClient frame) {
        boolean full = !context.channel().isWritable();
        if (full && frame.isMedia()) {
            service.dropped();
        } else if (full && pendingBytes(context) > MAX_PENDING) {
            end();
            connection.cut(HttpObserver.Refusal.SLOW_READER);
        } else {
            context.write(Unpooled.wrappedBuffer(frame.bytes()));
        }
    }

    private static long pendingBytes(ChannelHandlerContext context) {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private static HttpObserver.Refusal refusal(TurnOutput.Reason reason) {
        return switch (reason) {
            case MALFORMED -> HttpObserver.Refusal.MALFORMED;
            case UNAUTHENTICATED -> HttpObserver.Refusal.UNPROVEN;
            case FLOOD -> HttpObserver.Refusal.MESSAGE_FLOOD;
            case IDLE -> HttpObserver.Refusal.IDLE;
        };
    }

    private void openPath(ChannelHandlerContext context) {
        InetSocketAddress relay;
        try {
            relay = service.relay();
        } catch (IllegalStateException e) {
            session.notOpened(System.nanoTime());
            return;
        }
        // On the relay's own interface, else on the one on which the client came in: never an address of somebody
        // else's.
        InetAddress own = relay.getAddress().isAnyLocalAddress()
                ? connection.channel().localAddress().getAddress()
                : relay.getAddress();
        new Bootstrap()
                .group(context.channel().eventLoop())
                .channelFactory(sockets)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(Datagram.MAX_RECEIVED + 1))
                .handler(new PathHandler(context))
                .connect(new InetSocketAddress(own, relay.getPort()), new InetSocketAddress(own, 0))
                .addListener((ChannelFuture done) -> opened(context, done));
    }

    private void opened(ChannelHandlerContext context, ChannelFuture done) {
        if (!context.executor().inEventLoop()) {
            // A socket that could not even be made (no file was left) has no event loop: Netty tells of it on a thread
            // of its
            // own.
            context.executor().execute(() -> opened(context, done));
            return;
        }
        if (!done.isSuccess()) {
            session.notOpened(System.nanoTime());
        } else if (over) {
            done.channel().close();
        } else {
            path = done.channel();
            session.opened((InetSocketAddress) done.channel().localAddress(), System.nanoTime());
        }
        drain(context);
        context.flush();
    }

    private void closePath() {
        Channel current = path;
        path = null;
        if (current != null) {
            current.close();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            session.close();
            closePath();
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }

    private void schedule(ChannelHandlerContext context, long atNanos) {
        if (atNanos == Long.MAX_VALUE || timer != null && !timer.isDone() && atNanos == timerAt) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = atNanos;
        timer = context.executor()
                .schedule(
                        () -> {
                            session.handleTimeout(System.nanoTime());
                            drain(context);
                            context.flush();
                        },
                        atNanos - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
    }

    /** What the relay sends on the path. */
    private final class PathHandler extends SimpleChannelInboundHandler<DatagramPacket> {
        private final ChannelHandlerContext context;

        PathHandler(ChannelHandlerContext context) {
            this.context = context;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext own, DatagramPacket packet) {
            byte[] datagram = new byte[packet.content().readableBytes()];
            packet.content().readBytes(datagram);
            session.fromRelay(datagram, System.nanoTime());
            drain(context);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext own) {
            context.flush();
        }

        /** The relay is being replaced, or does not take more: the client's checks find out. */
        @Override
        public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {}
    }
}
