package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A change to a group (RFC 9420 section 12.1): {@code ProposalType proposal_type}, then the structure of that type. A type
 * that is not in the registry of the RFC cannot be read, and none is announced in our capabilities.
 */
public sealed interface Proposal {
    /** {@code struct { KeyPackage key_package; } Add;} */
    record Add(KeyPackage keyPackage) implements Proposal {}

    /** {@code struct { LeafNode leaf_node; } Update;} */
    record Update(LeafNode leafNode) implements Proposal {}

    /** {@code struct { uint32 removed; } Remove;} */
    record Remove(long removed) implements Proposal {}

    /** {@code struct { PreSharedKeyID psk; } PreSharedKey;} */
    record PreSharedKey(PreSharedKeyId psk) implements Proposal {}

    /**
     * {@code struct { opaque group_id<V>; ProtocolVersion version; CipherSuite cipher_suite; Extension extensions<V>; }
     * ReInit;}
     */
    record ReInit(Bytes groupId, int version, int cipherSuite, List<Extension> extensions) implements Proposal {
        public ReInit {
            extensions = List.copyOf(extensions);
        }
    }

    /** {@code struct { opaque kem_output<V>; } ExternalInit;} */
    record ExternalInit(Bytes kemOutput) implements Proposal {}

    /** {@code struct { Extension extensions<V>; } GroupContextExtensions;} */
    record GroupContextExtensions(List<Extension> extensions) implements Proposal {
        public GroupContextExtensions {
            extensions = List.copyOf(extensions);
        }
    }

    /** "By default, the path field of a Commit MUST be populated"; some types do not need it (section 12.4). */
    default boolean requiresPath() {
        return switch (this) {
            case Add _, PreSharedKey _, ReInit _ -> false;
            case Update _, Remove _, ExternalInit _, GroupContextExtensions _ -> true;
        };
    }

    /** "Messages from external senders containing proposal types other than the above MUST be rejected" (section 12.1.8). */
    default boolean isForExternalSenders() {
        return switch (this) {
            case Add _, Remove _, PreSharedKey _, ReInit _, GroupContextExtensions _ -> true;
            case Update _, ExternalInit _ -> false;
        };
    }

    /** In bytes, as it is written. */
    default int length() {
        WireWriter out = new WireWriter();
        write(out);
        return out.length();
    }

    default void write(WireWriter out) {
        switch (this) {
            case Add(KeyPackage keyPackage) -> keyPackage.write(out.uint16(Codepoints.PROPOSAL_ADD));
            case Update(LeafNode leafNode) -> leafNode.write(out.uint16(Codepoints.PROPOSAL_UPDATE));
            case Remove(long removed) -> out.uint16(Codepoints.PROPOSAL_REMOVE).uint32(removed);
            case PreSharedKey(PreSharedKeyId psk) -> psk.write(out.uint16(Codepoints.PROPOSAL_PSK));
            case ReInit(Bytes groupId, int version, int cipherSuite, List<Extension> extensions) -> {
                out.uint16(Codepoints.PROPOSAL_REINIT)
                        .vector(groupId)
                        .uint16(version)
                        .uint16(cipherSuite);
                Extension.writeList(out, extensions);
            }
            case ExternalInit(Bytes kemOutput) ->
                out.uint16(Codepoints.PROPOSAL_EXTERNAL_INIT).vector(kemOutput);
            case GroupContextExtensions(List<Extension> extensions) ->
                Extension.writeList(out.uint16(Codepoints.PROPOSAL_GROUP_CONTEXT_EXTENSIONS), extensions);
        }
    }

    static Proposal read(WireReader in) throws DecodeException {
        int type = in.uint16();
        return switch (type) {
            case Codepoints.PROPOSAL_ADD -> new Add(KeyPackage.read(in));
            case Codepoints.PROPOSAL_UPDATE -> new Update(LeafNode.read(in));
            case Codepoints.PROPOSAL_REMOVE -> new Remove(in.uint32());
            case Codepoints.PROPOSAL_PSK -> new PreSharedKey(PreSharedKeyId.read(in));
            case Codepoints.PROPOSAL_REINIT ->
                new ReInit(Wire.groupId(in), in.uint16(), in.uint16(), Extension.readList(in));
            case Codepoints.PROPOSAL_EXTERNAL_INIT -> new ExternalInit(Wire.key(in));
            case Codepoints.PROPOSAL_GROUP_CONTEXT_EXTENSIONS -> new GroupContextExtensions(Extension.readList(in));
            default -> throw new DecodeException("proposal_type " + type);
        };
    }
}
