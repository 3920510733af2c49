package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * How a LeafNode came to be in the tree, with the field that depends on it (RFC 9420 section 7.2).
 *
 * <pre>
 *   enum { reserved(0), key_package(1), update(2), commit(3), (255) } LeafNodeSource;
 * </pre>
 */
public sealed interface LeafNodeSource {
    record KeyPackage(Lifetime lifetime) implements LeafNodeSource {}

    record Update() implements LeafNodeSource {}

    record Commit(Bytes parentHash) implements LeafNodeSource {}

    /** {@code leaf_node_source} and the {@code select} after it. */
    default void write(WireWriter out) {
        switch (this) {
            case KeyPackage(Lifetime lifetime) -> lifetime.write(out.uint8(1));
            case Update() -> out.uint8(2);
            case Commit(Bytes parentHash) -> out.uint8(3).vector(parentHash);
        }
    }

    static LeafNodeSource read(WireReader in) throws DecodeException {
        int source = in.uint8();
        return switch (source) {
            case 1 -> new KeyPackage(Lifetime.read(in));
            case 2 -> new Update();
            case 3 -> new Commit(Wire.key(in));
            default -> throw new DecodeException("leaf_node_source " + source);
        };
    }
}
