package org.whodis.office.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection whose request does not get whole in time. It counts from the start of the wait, not from the last
 * byte, so that a client that drips bytes gains nothing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private final Connection connection;
    private @Nullable ScheduledFuture<?> deadline;

    RequestDeadline(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        arm(context, connection.limits().request());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        disarm();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            arm(context, connection.limits().request());
        }
        if (message instanceof LastHttpContent) {
            disarm();
        }
        context.fireChannelRead(message);
    }

    /** The request was answered: the answer has to be taken, and the next request to come, in time. */
    void awaitNext(ChannelHandlerContext context) {
        arm(context, connection.limits().keepAlive());
    }

    private void arm(ChannelHandlerContext context, Duration patience) {
        disarm();
        deadline = context.executor()
                .schedule(
                        () -> connection.cut(HttpObserver.Refusal.REQUEST_TIMEOUT),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void disarm() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
