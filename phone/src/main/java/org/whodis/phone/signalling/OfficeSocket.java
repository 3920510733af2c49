package org.whodis.phone.signalling;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;

/**
 * One WebSocket to the office, {@code /v1/device} with subprotocol {@code whodis.1}, binary messages of at most {@link #MAX_MESSAGE} bytes
 * (protocol section 4). It does not reconnect; the session above it does. All callbacks come on the I/O thread.
 */
final class OfficeSocket {
    static final int MAX_MESSAGE = ToOffice.MAX_LENGTH;
    private static final String PATH = "/v1/device";
    private static final String SUBPROTOCOL = "whodis.1";

    private final Channel channel;

    private OfficeSocket(Channel channel) {
        this.channel = channel;
    }

    /** What happens on the socket. */
    interface Listener {
        /** TLS and the upgrade are done. */
        void opened(TlsPeer peer);

        void received(Bytes message);

        /** Once, whatever the reason, also if it never opened. */
        void closed(String why);
    }

    static OfficeSocket connect(OfficeNetwork network, OfficeDomain office, Listener listener) {
        Once once = new Once(listener);
        ChannelFuture future = network.connect(
                office,
                channel -> channel.pipeline()
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(MAX_MESSAGE))
                        .addLast(new WebSocketClientProtocolHandler(configuration(office)))
                        .addLast(new WebSocketFrameAggregator(MAX_MESSAGE))
                        .addLast(new Frames(once)));
        future.addListener((ChannelFutureListener) connected -> {
            if (!connected.isSuccess()) {
                once.closed("no connection: " + connected.cause().getMessage());
            }
        });
        return new OfficeSocket(future.channel());
    }

    /** Queues {@code message}; what does not get out is told by {@link Listener#closed}. */
    void send(Bytes message) {
        if (message.length() > MAX_MESSAGE) {
            throw new IllegalArgumentException("a message of " + message.length() + " bytes");
        }
        if (!channel.isWritable() && channel.isActive()) {
            var _ = channel.close();
            return;
        }
        var _ = channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message.toArray())));
    }

    void close() {
        var _ = channel.close();
    }

    private static WebSocketClientProtocolConfig configuration(OfficeDomain office) {
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create("wss://" + office.value() + PATH))
                .version(WebSocketVersion.V13)
                .subprotocol(SUBPROTOCOL)
                .maxFramePayloadLength(MAX_MESSAGE)
                .customHeaders(new DefaultHttpHeaders())
                .handshakeTimeoutMillis(OfficeNetwork.CONNECT_TIMEOUT_MILLIS)
                .build();
    }

    /** A failed connection and a closed channel may both be reported; the listener hears of the first only. */
    private static final class Once {
        private @Nullable Listener listener;

        Once(Listener listener) {
            this.listener = listener;
        }

        @Nullable
        Listener live() {
            return listener;
        }

        void closed(String why) {
            Listener told = listener;
            listener = null;
            if (told != null) {
                told.closed(why);
            }
        }
    }

    private static final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final Once once;

        Frames(Once once) {
            this.once = once;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                SslHandler ssl = context.pipeline().get(SslHandler.class);
                Listener listener = once.live();
                if (ssl == null || listener == null) {
                    var _ = context.close();
                    return;
                }
                try {
                    listener.opened(OfficeTls.peer(ssl));
                } catch (OfficeException e) {
                    fail(context, String.valueOf(e.getMessage()));
                }
            }
            super.userEventTriggered(context, event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            Listener listener = once.live();
            if (!(frame instanceof BinaryWebSocketFrame)) {
                fail(context, "the office sent a text frame");
            } else if (listener != null) {
                listener.received(Bytes.of(ByteBufUtil.getBytes(frame.content())));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            once.closed("the office closed the connection");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(context, String.valueOf(cause.getMessage()));
        }

        private void fail(ChannelHandlerContext context, String why) {
            once.closed(why);
            var _ = context.close();
        }
    }
}
