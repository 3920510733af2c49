package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An extension of a KeyPackage, LeafNode, GroupInfo or GroupContext (RFC 9420 sections 7.2 and 13.4).
 *
 * <pre>
 *   struct { ExtensionType extension_type; opaque extension_data&lt;V&gt;; } Extension;
 * </pre>
 */
public record Extension(int type, Bytes data) {
    void write(WireWriter out) {
        out.uint16(type).vector(data);
    }

    static Extension read(WireReader in) throws DecodeException {
        return new Extension(in.uint16(), in.vector(Limits.EXTENSION_BYTES));
    }

    static void writeList(WireWriter out, List<Extension> extensions) {
        out.list(extensions, (w, extension) -> extension.write(w));
    }

    static List<Extension> readList(WireReader in) throws DecodeException {
        return List.copyOf(in.list(Limits.MESSAGE_BYTES, Limits.EXTENSIONS, Extension::read));
    }

    static @Nullable Extension find(List<Extension> extensions, int type) {
        for (Extension extension : extensions) {
            if (extension.type == type) {
                return extension;
            }
        }
        return null;
    }

    /** "Any field containing a list of extensions MUST NOT have more than one extension of any given type" (13.4). */
    static void requireUnique(List<Extension> extensions) throws MlsException {
        for (int i = 0; i < extensions.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (extensions.get(i).type == extensions.get(j).type) {
                    throw new MlsException(Rejection.DUPLICATE_EXTENSION, "type " + extensions.get(i).type);
                }
            }
        }
    }
}
