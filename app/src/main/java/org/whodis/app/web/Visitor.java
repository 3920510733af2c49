package org.whodis.app.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.whodis.web.Site;

/**
 * Who asks an office for its files: for one encoding alone, as checks do, or in the words of a browser, down to what it says of
 * itself. An office that keeps the two apart by these words is found; one that goes by an address, or by how a browser speaks
 * TLS, is not.
 *
 * @param called in a sentence: "another file for …"
 */
record Visitor(String called, Map<String, String> headers) {
    private static final String ACCEPT_ENCODING = "accept-encoding";
    private static final String AS_BROWSERS_DO = "gzip, deflate, br, zstd";
    private static final String PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    /** Whose answers the others' are compared with. */
    static final Visitor PLAIN = taking("identity");

    static final List<Visitor> OTHERS = List.of(
            taking("gzip"),
            taking("br"),
            new Visitor(
                    "Chromium",
                    Map.of(
                            ACCEPT_ENCODING,
                            AS_BROWSERS_DO,
                            "accept-language",
                            "en-US,en;q=0.9",
                            "sec-ch-ua",
                            "\"Chromium\";v=\"156\", \"Not_A Brand\";v=\"99\"",
                            "sec-ch-ua-mobile",
                            "?0",
                            "sec-ch-ua-platform",
                            "\"Linux\"",
                            "user-agent",
                            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")),
            new Visitor(
                    "Firefox",
                    Map.of(
                            ACCEPT_ENCODING,
                            AS_BROWSERS_DO,
                            "accept-language",
                            "en-US,en;q=0.5",
                            "user-agent",
                            "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0")));

    private static Visitor taking(String encoding) {
        return new Visitor("clients that take " + encoding + " alone", Map.of(ACCEPT_ENCODING, encoding));
    }

    /** What it says when it asks for {@code path}. */
    Map<String, String> headersFor(String path) {
        if (!headers.containsKey("user-agent")) {
            return headers;
        }
        boolean page = path.equals(Site.PAGE) || Site.ALSO_THE_PAGE.contains(path);
        Map<String, String> all = new TreeMap<>(headers);
        all.put("accept", page ? PAGES : "*/*");
        all.put("sec-fetch-dest", page ? "document" : destination(path));
        all.put("sec-fetch-mode", page ? "navigate" : path.endsWith(".css") ? "no-cors" : "cors");
        all.put("sec-fetch-site", page ? "none" : "same-origin");
        if (page) {
            all.put("sec-fetch-user", "?1");
            all.put("upgrade-insecure-requests", "1");
        }
        return all;
    }

    /** What the page is going to do with a file, as Fetch Metadata names it. */
    private static String destination(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "js" -> path.contains("worker") ? "worker" : "script";
            case "css" -> "style";
            case "png", "svg" -> "image";
            case "webmanifest" -> "manifest";
            default -> "empty";
        };
    }
}
