package org.whodis.office.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every path that is served; there is nothing else.
 *
 * @param socketPath where WebSocket connections are taken
 * @param subprotocol the only one, demanded (RFC 6455 section 1.9)
 * @param strictTransport whether to send HSTS: not with a certificate that a browser has to be talked into
 */
public record Routes(
        Map<String, Route> byPath,
        String socketPath,
        String subprotocol,
        MessageSocket.Acceptor acceptor,
        boolean strictTransport) {
    public Routes {
        byPath = Map.copyOf(byPath);
    }

    public static Routes of(
            List<Route> routes,
            String socketPath,
            String subprotocol,
            MessageSocket.Acceptor acceptor,
            boolean strictTransport) {
        Map<String, Route> byPath = new HashMap<>();
        for (Route route : routes) {
            if (byPath.put(route.path(), route) != null) {
                throw new IllegalArgumentException("two routes for " + route.path());
            }
        }
        return new Routes(byPath, socketPath, subprotocol, acceptor, strictTransport);
    }

    @Nullable
    Route find(String path) {
        return byPath.get(path);
    }
}
