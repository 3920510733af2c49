package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one place where the first byte inside TLS decides what a connection speaks. A method of HTTP begins with a capital
 * letter, whose first two bits are 01. A TURN connection begins with a STUN request, whose first two bits are zero (RFC 8489
 * section 5). Everything else is cut.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class ProtocolSelector extends ByteToMessageDecoder {
    private static final int CHUNK_BYTES = 8 * 1024;

    private final Connection connection;
    private final String tlsGroup;
    private @Nullable ScheduledFuture<?> deadline;

    ProtocolSelector(Connection connection, String tlsGroup) {
        this.connection = connection;
        this.tlsGroup = tlsGroup;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor()
                .schedule(
                        () -> connection.cut(HttpObserver.Refusal.REQUEST_TIMEOUT),
                        connection.limits().request().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int first = in.getUnsignedByte(in.readerIndex());
        TurnService turn = connection.routes().turn();
        if (first >> 6 == 0 && turn != null) {
            context.pipeline().addLast("turn", new TurnHandler(connection, turn));
            context.pipeline().remove(this);
            return;
        }
        if (first < 'A' || first > 'Z') {
            in.skipBytes(in.readableBytes());
            connection.cut(HttpObserver.Refusal.NOT_HTTP);
            return;
        }
        HttpLimits limits = connection.limits();
        ChannelPipeline pipeline = context.pipeline();
        pipeline.addLast(
                "http",
                new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.initialLineBytes())
                        .setMaxHeaderSize(limits.headerBytes())
                        .setMaxChunkSize(CHUNK_BYTES)));
        pipeline.addLast("requestDeadline", new RequestDeadline(connection));
        pipeline.addLast("body", new HttpObjectAggregator(limits.bodyBytes(), true));
        pipeline.addLast("request", new RequestHandler(connection, tlsGroup));
        pipeline.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.cut(HttpObserver.Refusal.MALFORMED);
    }
}
