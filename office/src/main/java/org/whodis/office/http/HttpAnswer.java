package org.whodis.office.http;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** What a handler answers. */
public record HttpAnswer(int status, String contentType, Bytes body) {
    public static final String BINARY = "application/octet-stream";
    public static final String TEXT = "text/plain; charset=utf-8";
    public static final String HTML = "text/html; charset=utf-8";
    public static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** One body for each status, whatever the reason was: an error tells a stranger nothing. */
    static final HttpAnswer BAD_REQUEST = text(400, "bad request\n");

    static final HttpAnswer NOT_FOUND = text(404, "not found\n");
    static final HttpAnswer METHOD_NOT_ALLOWED = text(405, "method not allowed\n");
    static final HttpAnswer TOO_LARGE = text(413, "too large\n");
    static final HttpAnswer FAULT = text(500, "internal error\n");

    public static HttpAnswer ok(Bytes body) {
        return new HttpAnswer(200, BINARY, body);
    }

    public static HttpAnswer text(int status, String text) {
        return new HttpAnswer(status, TEXT, Bytes.utf8(text));
    }

    /** {@code uint16 code; opaque text<V>} (protocol section 3). */
    public static HttpAnswer refusal(int status, int code, String text) {
        return new HttpAnswer(
                status, BINARY, new WireWriter().uint16(code).text(text).toBytes());
    }
}
