package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/** Last stage: whole WebSocket messages in order to one {@link MessageSocket.Listener}, and its messages out. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class SocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> implements MessageSocket {
    /** Asks every connection to end because the office stops. */
    enum GoAway {
        INSTANCE
    }

    private final Connection connection;
    private final String path;
    private final Acceptor acceptor;
    private final String tlsGroup;
    private final SerialQueue inbound;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable Listener listener;
    /** Null once the other side has proved itself. */
    private volatile @Nullable StrangerBudget budget;

    private @Nullable ScheduledFuture<?> idleDeadline;
    private @Nullable ScheduledFuture<?> unwritableDeadline;
    private @Nullable ScheduledFuture<?> unprovenDeadline;
    private double tokens;
    private long tokensAt;

    /**
     * @param connection with the limits that hold from now on
     * @param path for the metrics
     */
    SocketHandler(Connection connection, String path, Acceptor acceptor, String tlsGroup) {
        this.connection = connection;
        this.path = path;
        this.acceptor = acceptor;
        this.tlsGroup = tlsGroup;
        this.inbound = new SerialQueue(connection.handlers(), this::handlerFailed, this::drained);
        this.tokens = connection.limits().messageBurst();
    }

    /**
     * Takes the place of the HTTP handler {@code before}, on the event loop.
     *
     * @param isCalled whether this office has called the other side, or was called
     */
    static void install(ChannelPipeline pipeline, ChannelHandler before, SocketHandler socket, boolean isCalled) {
        if (pipeline.get(RequestDeadline.class) != null) {
            pipeline.remove(RequestDeadline.class);
        }
        Connection connection = socket.connection;
        StrangerBudget budget = new StrangerBudget(
                connection.limits().unprovenBytes(),
                isCalled,
                () -> connection.cut(HttpObserver.Refusal.UNPROVEN),
                connection.observer()::strangerHeld);
        socket.budget = budget;
        pipeline.addAfter("tls", "strangerBudget", budget);
        pipeline.addLast(
                "message",
                new WebSocketFrameAggregator(socket.connection.limits().messageBytes()));
        pipeline.addLast("socket", socket);
        pipeline.remove(before);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        tokensAt = System.nanoTime();
        connection.observer().socketOpened();
        armIdle(context);
        unprovenDeadline = context.executor()
                .schedule(
                        () -> {
                            connection.observer().refused(HttpObserver.Refusal.UNPROVEN);
                            close(CloseCode.NOT_AUTHENTICATED);
                        },
                        connection.limits().unprovenTime().toMillis(),
                        TimeUnit.MILLISECONDS);
        inbound.add(() -> listener = acceptor.accept(this));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (closing.get()) {
            return;
        }
        if (!takeToken()) {
            connection.observer().refused(HttpObserver.Refusal.MESSAGE_FLOOD);
            close(CloseCode.TOO_FAST);
            return;
        }
        switch (frame) {
            case BinaryWebSocketFrame binary -> {
                armIdle(context);
                Bytes message = copy(binary.content());
                enqueue(context, listening -> listening.message(message));
            }
            case PingWebSocketFrame ping ->
                context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            case PongWebSocketFrame _ -> {}
            case CloseWebSocketFrame _ -> {
                if (closing.compareAndSet(false, true)) {
                    sayGoodbye(new CloseWebSocketFrame(1000, ""));
                }
            }
            default -> close(CloseCode.UNSUPPORTED);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            cancel(unwritableDeadline);
            unwritableDeadline = null;
            enqueue(context, Listener::writable);
        } else if (unwritableDeadline == null) {
            unwritableDeadline = context.executor()
                    .schedule(
                            () -> connection.cut(HttpObserver.Refusal.SLOW_READER),
                            connection.limits().unwritable().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel(idleDeadline);
        cancel(unwritableDeadline);
        cancel(unprovenDeadline);
        connection.observer().socketClosed();
        inbound.add(() -> {
            if (listener != null) {
                listener.closed();
            }
        });
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == GoAway.INSTANCE) {
            close(CloseCode.GOING_AWAY);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.cut(HttpObserver.Refusal.MALFORMED);
    }

    @Override
    public boolean send(Bytes message) {
        if (closing.get() || !connection.channel().isActive()) {
            return false;
        }
        if (pendingBytes() > connection.limits().outboundBytes()) {
            connection.cut(HttpObserver.Refusal.SLOW_READER);
            return false;
        }
        connection.channel().writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message.toArray())));
        return true;
    }

    @Override
    public boolean isWritable() {
        return connection.channel().isWritable();
    }

    @Override
    public void close(CloseCode code) {
        if (closing.compareAndSet(false, true)) {
            sayGoodbye(new CloseWebSocketFrame(code.code(), code.text()));
        }
    }

    private void sayGoodbye(CloseWebSocketFrame frame) {
        connection.channel().writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
        // A peer that reads nothing never lets the close frame go.
        connection.channel().eventLoop().schedule(() -> connection.channel().close(), 2, TimeUnit.SECONDS);
    }

    @Override
    public void proven() {
        connection.channel().eventLoop().execute(() -> {
            cancel(unprovenDeadline);
            budget = null;
            if (connection.channel().pipeline().get(StrangerBudget.class) != null) {
                connection.channel().pipeline().remove(StrangerBudget.class);
            }
        });
    }

    @Override
    public InetAddress peer() {
        return connection.peer();
    }

    @Override
    public String tlsGroup() {
        return tlsGroup;
    }

    /** One call of the listener. */
    private interface Call {
        void on(Listener listener) throws InterruptedException;
    }

    private void enqueue(ChannelHandlerContext context, Call call) {
        int waiting = inbound.add(() -> {
            if (listener != null && !closing.get()) {
                call.on(listener);
            }
        });
        if (waiting >= connection.limits().inboundMessages()) {
            context.channel().config().setAutoRead(false);
            if (inbound.isIdle()) {
                // It ran dry between the two lines and nobody else will say so.
                readOn();
            }
        }
    }

    private void drained() {
        try {
            if (budget == null) {
                connection.channel().config().setAutoRead(true);
            } else {
                connection.channel().eventLoop().execute(this::readOn);
            }
        } catch (RejectedExecutionException e) {
            // The office stops, and nothing is read any more.
            return;
        }
    }

    /** On the event loop: a stranger who is held up is read again once it is none. */
    private void readOn() {
        StrangerBudget before = budget;
        if (before == null || !before.isPaused()) {
            connection.channel().config().setAutoRead(true);
        }
    }

    private void handlerFailed(RuntimeException fault) {
        connection.observer().handlerFailed(path, fault);
        close(CloseCode.FAULT);
    }

    private void armIdle(ChannelHandlerContext context) {
        cancel(idleDeadline);
        idleDeadline = context.executor()
                .schedule(
                        () -> {
                            connection.observer().refused(HttpObserver.Refusal.IDLE);
                            close(CloseCode.IDLE);
                        },
                        connection.limits().messageIdle().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private boolean takeToken() {
        long now = System.nanoTime();
        HttpLimits limits = connection.limits();
        tokens = Math.min(limits.messageBurst(), tokens + (now - tokensAt) * 1e-9 * limits.messagesPerSecond());
        tokensAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    private long pendingBytes() {
        ChannelOutboundBuffer buffer = connection.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private static Bytes copy(ByteBuf content) {
        byte[] out = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), out);
        return Bytes.of(out);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
