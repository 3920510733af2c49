package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the WebSocket decoder, which would buffer a whole message: who has not proved itself may send what an
 * Authenticate needs and no more.
 */
final class StrangerBudget extends ChannelInboundHandlerAdapter {
    private final Connection connection;
    private int left;

    StrangerBudget(Connection connection) {
        this.connection = connection;
        this.left = connection.limits().unprovenBytes();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            left -= bytes.readableBytes();
            if (left < 0) {
                bytes.release();
                connection.cut(HttpObserver.Refusal.UNPROVEN);
                return;
            }
        }
        context.fireChannelRead(message);
    }
}
