package org.whodis.office.http;

/**
 * One path at which WebSocket connections are taken.
 *
 * @param subprotocol the only one, demanded (RFC 6455 section 1.9)
 * @param postQuantum whether a connection whose key exchange is not X25519MLKEM768 is refused
 * @param limits what a connection may cost after the upgrade
 */
public record SocketRoute(
        String path, String subprotocol, boolean postQuantum, HttpLimits limits, MessageSocket.Acceptor acceptor) {}
