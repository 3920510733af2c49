package org.whodis.office.http;

import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.concurrent.ExecutorService;

/** What the stages of one connection share. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
record Connection(
        SocketChannel channel, Routes routes, HttpLimits limits, HttpObserver observer, ExecutorService handlers) {

    Connection with(HttpLimits others) {
        return new Connection(channel, routes, others, observer, handlers);
    }

    InetAddress peer() {
        return channel.remoteAddress().getAddress();
    }

    /** Ends the connection without a word. */
    void cut(HttpObserver.Refusal reason) {
        observer.refused(reason);
        channel.close();
    }
}
