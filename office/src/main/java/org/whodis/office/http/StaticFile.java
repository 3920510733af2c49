package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.whodis.core.wire.Bytes;

/**
 * A file that is the same for everybody for as long as the office runs. It is answered on the connection's own loop out of
 * memory that all connections share.
 */
public final class StaticFile {
    private final String path;
    private final String contentType;
    private final String entityTag;
    private final boolean immutable;
    private final Map<String, String> headers;
    private final ByteBuf plain;
    private final ByteBuf gzip;

    /**
     * @param entityTag names the content: another content has another one
     * @param immutable whether {@code path} never has another content, so that a browser need not ask again
     * @param headers beside those of content, caching and transport
     */
    public StaticFile(
            String path,
            String contentType,
            Bytes plain,
            Bytes gzip,
            String entityTag,
            boolean immutable,
            Map<String, String> headers) {
        this.path = path;
        this.contentType = contentType;
        this.plain = shared(plain);
        this.gzip = shared(gzip);
        this.entityTag = '"' + entityTag + '"';
        this.immutable = immutable;
        this.headers = Map.copyOf(headers);
    }

    private static ByteBuf shared(Bytes content) {
        return Unpooled.unreleasableBuffer(
                Unpooled.wrappedBuffer(content.toArray()).asReadOnly());
    }

    public String path() {
        return path;
    }

    String contentType() {
        return contentType;
    }

    String entityTag() {
        return entityTag;
    }

    boolean isImmutable() {
        return immutable;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The content from its first byte on, for one answer. */
    ByteBuf content(boolean compressed) {
        return (compressed ? gzip : plain).duplicate();
    }
}
