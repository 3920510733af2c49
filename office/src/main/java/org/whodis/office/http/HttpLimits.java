package org.whodis.office.http;

import java.time.Duration;

/**
 * What one stranger may cost.
 *
 * @param connections of all addresses together; each idle one was measured at about 10 KB
 * @param connectionsPerAddress of one IPv4 address or one IPv6 /64; an office behind one NAT has tens of devices
 * @param handshake from the TCP connection to the end of the TLS handshake
 * @param request from the first byte of a request to its last, however the bytes drip
 * @param keepAlive between two requests on one connection
 * @param initialLineBytes the request line; the longest named path has 20
 * @param headerBytes all header fields together
 * @param bodyBytes of a request; the longest, a LinkRequest, has 5.5 KB
 * @param messageBytes of a WebSocket message towards the office, whole (protocol section 4)
 * @param unprovenBytes all that a WebSocket connection may send before its device has proved itself; another office that this
 *     one has called is not read any further until then
 * @param unprovenTime how long it may take for that
 * @param messageIdle between two whole WebSocket messages; a device pings every 20 s
 * @param unwritable how long a reader may keep the connection's buffer full before it is dropped
 * @param outboundBytes waiting in memory for one slow reader
 * @param inboundMessages waiting for their handler; past it the connection is not read
 * @param messagesPerSecond sustained by one connection; past {@code messageBurst} it is closed
 */
public record HttpLimits(
        int connections,
        int connectionsPerAddress,
        Duration handshake,
        Duration request,
        Duration keepAlive,
        int initialLineBytes,
        int headerBytes,
        int bodyBytes,
        int messageBytes,
        int unprovenBytes,
        Duration unprovenTime,
        Duration messageIdle,
        Duration unwritable,
        int outboundBytes,
        int inboundMessages,
        int messagesPerSecond,
        int messageBurst) {

    public static final HttpLimits DEFAULT = new HttpLimits(
            16_384,
            256,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            1024,
            8 * 1024,
            16 * 1024,
            256 * 1024,
            8 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(75),
            Duration.ofSeconds(15),
            4 * 1024 * 1024,
            16,
            50,
            400);

    /**
     * For the connection of another office, on which many people's messages come: a greeting with its proof and a handshake
     * of 9 KB before it has proved itself, and thousands of messages in a second.
     */
    public HttpLimits forOffices() {
        return new HttpLimits(
                connections,
                connectionsPerAddress,
                handshake,
                request,
                keepAlive,
                initialLineBytes,
                headerBytes,
                bodyBytes,
                messageBytes,
                32 * 1024,
                unprovenTime,
                messageIdle,
                unwritable,
                16 * 1024 * 1024,
                2 * inboundMessages,
                2_000,
                8_000);
    }

    public HttpLimits withConnectionsPerAddress(int count) {
        return new HttpLimits(
                connections,
                count,
                handshake,
                request,
                keepAlive,
                initialLineBytes,
                headerBytes,
                bodyBytes,
                messageBytes,
                unprovenBytes,
                unprovenTime,
                messageIdle,
                unwritable,
                outboundBytes,
                inboundMessages,
                messagesPerSecond,
                messageBurst);
    }

    /** The same limits with other patience: for tests that must see a deadline pass. */
    public HttpLimits withTimeouts(
            Duration handshake, Duration request, Duration unprovenTime, Duration messageIdle, Duration unwritable) {
        return new HttpLimits(
                connections,
                connectionsPerAddress,
                handshake,
                request,
                keepAlive,
                initialLineBytes,
                headerBytes,
                bodyBytes,
                messageBytes,
                unprovenBytes,
                unprovenTime,
                messageIdle,
                unwritable,
                outboundBytes,
                inboundMessages,
                messagesPerSecond,
                messageBurst);
    }
}
