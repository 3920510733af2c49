package org.whodis.core.mls;

import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What authenticates a FramedContent (RFC 9420 section 6.1).
 *
 * <pre>
 *   struct {
 *       opaque signature&lt;V&gt;;               // SignWithLabel(., "FramedContentTBS", FramedContentTBS)
 *       select (FramedContent.content_type) {
 *           case commit: MAC confirmation_tag;
 *           case application: case proposal: struct{};
 *       };
 *   } FramedContentAuthData;
 * </pre>
 *
 * @param confirmationTag null exactly where the content is no Commit
 */
record FramedContentAuthData(Bytes signature, @Nullable Bytes confirmationTag) {
    void write(WireWriter out) {
        out.vector(signature);
        if (confirmationTag != null) {
            out.vector(confirmationTag);
        }
    }

    static FramedContentAuthData read(WireReader in, int contentType) throws DecodeException {
        Bytes signature = Wire.key(in);
        return new FramedContentAuthData(signature, contentType == FramedContent.TYPE_COMMIT ? Wire.key(in) : null);
    }
}
