package org.whodis.office.http;

import java.net.InetSocketAddress;
import org.whodis.media.turn.TurnSession;

/** What the port needs to serve TURN. Called from event loops: never blocks. */
public interface TurnService {
    /** The server's end of a connection that has begun to speak TURN. */
    TurnSession session(InetSocketAddress client);

    /**
     * Where the relay takes datagrams now.
     *
     * @throws IllegalStateException if there is none
     */
    InetSocketAddress relay();

    /** A frame of media was dropped, because the connection did not take more. */
    void dropped();
}
