package org.whodis.office.http;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.whodis.core.wire.Bytes;

/** Connections from this office to others. Nothing here blocks. */
public interface Dialler extends AutoCloseable {
    /** What an office answered. */
    record Answer(int status, Bytes body, Bytes tlsSpkiSha256) {}

    /** Makes the listener of a connection that is up. */
    @FunctionalInterface
    interface Opener {
        /**
         * The connection is up.
         *
         * @param tlsSpkiSha256 of the certificate that the other side showed
         */
        MessageSocket.Listener open(MessageSocket socket, Bytes tlsSpkiSha256);
    }

    /** {@code GET path} on a connection of its own; the body has at most {@code maxBody} bytes. */
    CompletableFuture<Answer> get(InetSocketAddress address, String domain, String path, int maxBody);

    /** Opens a WebSocket; done once {@code opener} has a socket, or failed. */
    CompletableFuture<Void> open(
            InetSocketAddress address, String domain, String path, String subprotocol, Opener opener);

    @Override
    void close();
}
