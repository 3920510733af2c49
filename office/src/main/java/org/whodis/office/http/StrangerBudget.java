package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the WebSocket decoder, which would buffer a whole message: who has not proved itself may send what its proof
 * needs and no more.
 *
 * <p>Whoever connected to this office is cut when it says more: it has to wait for an answer, which is given after it has proved
 * itself. Whoever this office has called may be as quick as it likes, since nothing tells it when its proof was
 * verified, and what waits for this office comes right behind the proof: it is not read any further until then, or until the time
 * for a proof is over. Of what it said beyond its budget no byte is decoded before.
 */
final class StrangerBudget extends ChannelDuplexHandler {
    /**
     * What has been read already when reading ends: one read of Netty's, of 64 KiB at most, with what TLS had kept of a record
     * before it. More than that is a fault of ours, and ends the connection.
     */
    static final int MAX_HELD = 128 * 1024;

    private final boolean isCalled;
    private final Runnable cut;
    private final Runnable onHeld;
    private int left;
    private @Nullable ByteBuf held;

    /**
     * @param bytes that it may send
     * @param isCalled whether this office has called; else it was called
     * @param cut ends the connection
     * @param onHeld reading ends, which happens at most once
     */
    StrangerBudget(int bytes, boolean isCalled, Runnable cut, Runnable onHeld) {
        this.left = bytes;
        this.isCalled = isCalled;
        this.cut = cut;
        this.onHeld = onHeld;
    }

    /** Whether nothing more is read from this stranger. On the event loop only. */
    boolean isPaused() {
        return held != null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            int length = bytes.readableBytes();
            // Once it is used up, it stays so: what comes later must not overtake what is held.
            int within = Math.max(left, 0);
            left = left < 0 ? left : left - length;
            if (left < 0) {
                holdOrCut(context, bytes, within);
                return;
            }
        }
        context.fireChannelRead(message);
    }

    /**
     * Its proof may have come in one read with all that waits behind it: what the budget allows is decoded, or nothing would ever
     * let go of the rest.
     *
     * @param within bytes of {@code bytes} that the budget allows
     */
    private void holdOrCut(ChannelHandlerContext context, ByteBuf bytes, int within) {
        ByteBuf allowed = null;
        try {
            int waiting = held == null ? 0 : held.readableBytes();
            if (!isCalled || waiting + bytes.readableBytes() - within > MAX_HELD) {
                cut.run();
                return;
            }
            allowed = within == 0 ? null : bytes.readRetainedSlice(within);
            if (held == null) {
                held = context.alloc().buffer(bytes.readableBytes());
                context.channel().config().setAutoRead(false);
                onHeld.run();
            }
            // A copy: a record of one byte may stand in a buffer of a thousand.
            held.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        if (allowed != null) {
            // Last: it may be what proves it, and then the rest comes right behind.
            context.fireChannelRead(allowed);
        }
    }

    /** The decoders behind ask for more whenever they have half a message. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (!isPaused()) {
            context.read();
        }
    }

    /** It has proved itself, and goes on where it was stopped; or it is gone. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ByteBuf waiting = held;
        held = null;
        if (waiting == null) {
            return;
        }
        if (!context.channel().isActive()) {
            waiting.release();
            return;
        }
        // First: whoever has enough to do with what waited says so, and then it is not read.
        context.channel().config().setAutoRead(true);
        context.fireChannelRead(waiting);
        context.fireChannelReadComplete();
    }
}
