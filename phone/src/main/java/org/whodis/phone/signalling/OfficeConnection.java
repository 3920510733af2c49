package org.whodis.phone.signalling;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.phone.signalling.OfficeException.Reason;

/**
 * One TLS connection to an office for requests one after another, for enrolment. All of them go over the very connection
 * whose certificate was compared, never over a second one. Calls block: virtual threads call them. Owned by one thread.
 */
final class OfficeConnection implements AutoCloseable {
    /** The answer of an office that is alive comes in milliseconds; its operator is waited for by polling. */
    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

    /** The largest answer is a chain of 32 statements, each of some 9 kB. */
    private static final int MAX_RESPONSE = 512 * 1024;

    private final OfficeDomain office;
    private final Channel channel;
    private final TlsPeer peer;
    private final BlockingQueue<Response> responses;
    private final long timeoutMillis;

    private OfficeConnection(
            OfficeDomain office, Channel channel, TlsPeer peer, BlockingQueue<Response> responses, long timeoutMillis) {
        this.office = office;
        this.channel = channel;
        this.peer = peer;
        this.responses = responses;
        this.timeoutMillis = timeoutMillis;
    }

    /** An HTTP answer; status 0 stands for a connection that ended. */
    record Response(int status, Bytes body) {}

    /** Connects and shakes hands; the caller compares {@link #peer()} before it sends anything of value. */
    static OfficeConnection open(OfficeNetwork network, OfficeDomain office) throws OfficeException {
        return open(network, office, REQUEST_TIMEOUT_MILLIS);
    }

    /** As {@link #open(OfficeNetwork, OfficeDomain)}; each answer has {@code timeoutMillis}. */
    static OfficeConnection open(OfficeNetwork network, OfficeDomain office, long timeoutMillis)
            throws OfficeException {
        BlockingQueue<Response> responses = new LinkedBlockingQueue<>();
        ChannelFuture connected = network.connect(
                office,
                channel -> channel.pipeline()
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(MAX_RESPONSE))
                        .addLast(new Responses(responses)));
        connected.awaitUninterruptibly();
        if (!connected.isSuccess()) {
            throw unreachable(office, connected.cause());
        }
        Channel channel = connected.channel();
        SslHandler ssl = channel.pipeline().get(SslHandler.class);
        if (ssl == null || !ssl.handshakeFuture().awaitUninterruptibly().isSuccess()) {
            var _ = channel.close();
            throw unreachable(office, ssl == null ? null : ssl.handshakeFuture().cause());
        }
        return new OfficeConnection(office, channel, OfficeTls.peer(ssl), responses, timeoutMillis);
    }

    TlsPeer peer() {
        return peer;
    }

    Response get(String path) throws OfficeException {
        return send(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path));
    }

    Response post(String path, Bytes body) throws OfficeException {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(body.toArray()));
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
        return send(request);
    }

    private Response send(FullHttpRequest request) throws OfficeException {
        request.headers()
                .set(HttpHeaderNames.HOST, office.value())
                .set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
        var _ = channel.writeAndFlush(request);
        try {
            Response response = responses.poll(timeoutMillis, TimeUnit.MILLISECONDS);
            if (response == null || response.status() == 0) {
                throw unreachable(office, null);
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OfficeException(Reason.UNREACHABLE, "interrupted");
        }
    }

    @Override
    public void close() {
        var _ = channel.close();
    }

    static OfficeException unreachable(OfficeDomain office, @org.jspecify.annotations.Nullable Throwable cause) {
        return new OfficeException(
                Reason.UNREACHABLE,
                "The office at " + office.value() + " cannot be reached"
                        + (cause == null ? "" : " (" + cause.getMessage() + ")")
                        + ". Check the network and whether the office is running.");
    }

    private static final class Responses extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final BlockingQueue<Response> queue;

        Responses(BlockingQueue<Response> queue) {
            this.queue = queue;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            ByteBuf content = response.content();
            queue.add(new Response(response.status().code(), Bytes.of(ByteBufUtil.getBytes(content))));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            queue.add(new Response(0, Bytes.EMPTY));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
