package org.whodis.office.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every path that is served; there is nothing else.
 *
 * @param files what is the same for everybody
 * @param sockets where WebSocket connections are taken
 * @param turn what is spoken beside HTTP; null where it is not
 * @param strictTransport whether to send HSTS: not with a certificate that a browser has to be talked into
 */
public record Routes(
        Map<String, Route> byPath,
        Map<String, StaticFile> files,
        Map<String, SocketRoute> sockets,
        @Nullable TurnService turn,
        boolean strictTransport) {
    /** Of a connection that this office opened itself. */
    static final Routes NONE = new Routes(Map.of(), Map.of(), Map.of(), null, false);

    public Routes {
        byPath = Map.copyOf(byPath);
        files = Map.copyOf(files);
        sockets = Map.copyOf(sockets);
    }

    public static Routes of(
            List<Route> routes, List<StaticFile> files, List<SocketRoute> sockets, boolean strictTransport) {
        Map<String, Route> byPath = new HashMap<>();
        for (Route route : routes) {
            if (byPath.put(route.path(), route) != null) {
                throw new IllegalArgumentException("two routes for " + route.path());
            }
        }
        Map<String, StaticFile> filesByPath = new HashMap<>();
        for (StaticFile file : files) {
            if (byPath.containsKey(file.path()) || filesByPath.put(file.path(), file) != null) {
                throw new IllegalArgumentException("two routes for " + file.path());
            }
        }
        Map<String, SocketRoute> socketsByPath = new HashMap<>();
        for (SocketRoute socket : sockets) {
            if (byPath.containsKey(socket.path())
                    || filesByPath.containsKey(socket.path())
                    || socketsByPath.put(socket.path(), socket) != null) {
                throw new IllegalArgumentException("two routes for " + socket.path());
            }
        }
        return new Routes(byPath, filesByPath, socketsByPath, null, strictTransport);
    }

    public Routes withTurn(TurnService service) {
        return new Routes(byPath, files, sockets, service, strictTransport);
    }

    @Nullable
    Route find(String path) {
        return byPath.get(path);
    }

    @Nullable
    StaticFile file(String path) {
        return files.get(path);
    }

    @Nullable
    SocketRoute socket(String path) {
        return sockets.get(path);
    }
}
