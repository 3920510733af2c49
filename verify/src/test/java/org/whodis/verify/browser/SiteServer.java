package org.whodis.verify.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;

/** Serves the site on the loopback, which counts as secure, under the page's own policy. */
final class SiteServer implements AutoCloseable {
    private final HttpServer server;

    SiteServer(Site site) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        for (SiteFile file : site.files()) {
            server.createContext(file.path(), exchange -> answer(exchange, file));
        }
        server.start();
    }

    private static void answer(HttpExchange exchange, SiteFile file) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(file.path())) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", file.contentType());
            exchange.getResponseHeaders().set("Content-Security-Policy", Site.CONTENT_SECURITY_POLICY);
            byte[] body = file.body().toArray();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
