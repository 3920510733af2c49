package org.whodis.office.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.concurrent.TimeUnit;

/** First stage: counts the connection, refuses one too many before any cryptography is spent on it, starts TLS. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class AdmissionHandler extends ChannelInboundHandlerAdapter {
    private final AddressLimiter limiter;
    private final SslContext tls;
    private final Connection connection;
    private boolean admitted;

    AdmissionHandler(AddressLimiter limiter, SslContext tls, Connection connection) {
        this.limiter = limiter;
        this.tls = tls;
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        switch (limiter.admit(connection.peer())) {
            case TOO_MANY -> connection.cut(HttpObserver.Refusal.TOO_MANY_CONNECTIONS);
            case TOO_MANY_OF_ONE_ADDRESS -> connection.cut(HttpObserver.Refusal.TOO_MANY_OF_ONE_ADDRESS);
            case ADMITTED -> {
                admitted = true;
                connection.observer().connectionOpened();
                SslHandler handler = tls.newHandler(context.alloc());
                handler.setHandshakeTimeout(connection.limits().handshake().toMillis(), TimeUnit.MILLISECONDS);
                handler.setCloseNotifyFlushTimeoutMillis(1000);
                context.pipeline().addLast("tls", handler);
                context.pipeline().addLast(new HandshakeWatch(connection, handler));
                context.fireChannelActive();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (admitted) {
            limiter.release(connection.peer());
            connection.observer().connectionClosed();
        }
        context.fireChannelInactive();
    }

    /** Waits for the handshake, then puts the next stage in its own place. */
    private static final class HandshakeWatch extends ChannelInboundHandlerAdapter {
        private final Connection connection;
        private final SslHandler tls;

        HandshakeWatch(Connection connection, SslHandler tls) {
            this.connection = connection;
            this.tls = tls;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done) {
                if (done.isSuccess()) {
                    String group = TlsContexts.negotiatedGroup(tls.engine());
                    connection.observer().handshakeDone(group);
                    context.pipeline().replace(this, "protocol", new ProtocolSelector(connection, group));
                } else {
                    connection.observer().handshakeFailed();
                    if (done.cause() instanceof SslHandshakeTimeoutException) {
                        connection.observer().refused(HttpObserver.Refusal.HANDSHAKE_TIMEOUT);
                    }
                    context.close();
                }
            }
            context.fireUserEventTriggered(event);
        }

        /** The handshake's failure has been counted by its event. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
