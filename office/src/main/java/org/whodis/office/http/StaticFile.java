package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
    private final Map<ContentCoding, ByteBuf> forms = new EnumMap<>(ContentCoding.class);

    /**
     * One content as it may travel.
     *
     * @param gzip the content as gzip packs it, or null to serve none
     * @param brotli the content as Brotli packs it, or null to serve none
     */
    public record Forms(
            Bytes identity, @Nullable Bytes gzip, @Nullable Bytes brotli) {}

    /**
     * @param entityTag names the content: another content has another one
     * @param immutable whether {@code path} never has another content, so that a browser need not ask again
     * @param headers beside those of content, caching and transport
     */
    public StaticFile(
            String path,
            String contentType,
            Forms forms,
            String entityTag,
            boolean immutable,
            Map<String, String> headers) {
        this.path = path;
        this.contentType = contentType;
        this.forms.put(ContentCoding.IDENTITY, shared(forms.identity));
        if (forms.gzip != null) {
            this.forms.put(ContentCoding.GZIP, shared(forms.gzip));
        }
        if (forms.brotli != null) {
            this.forms.put(ContentCoding.BROTLI, shared(forms.brotli));
        }
        this.entityTag = entityTag;
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

    /** Names the content in this form: a strong tag is another one for each (RFC 9110 section 8.8.3.3). */
    String entityTag(ContentCoding coding) {
        return '"' + entityTag + (coding == ContentCoding.IDENTITY ? "" : "-" + coding.token) + '"';
    }

    boolean isImmutable() {
        return immutable;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The form that is best for who accepts these. */
    ContentCoding best(List<String> acceptedEncodings) {
        return ContentCoding.best(acceptedEncodings, forms.keySet());
    }

    /** The content from its first byte on, for one answer, in a form that {@link #best} gave. */
    ByteBuf content(ContentCoding coding) {
        return Objects.requireNonNull(forms.get(coding)).duplicate();
    }
}
