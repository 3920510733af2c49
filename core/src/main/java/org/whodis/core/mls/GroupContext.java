package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What the members of an epoch agree on (RFC 9420 section 8.1).
 *
 * <pre>
 *   struct {
 *       ProtocolVersion version = mls10;
 *       CipherSuite cipher_suite;
 *       opaque group_id&lt;V&gt;;
 *       uint64 epoch;
 *       opaque tree_hash&lt;V&gt;;
 *       opaque confirmed_transcript_hash&lt;V&gt;;
 *       Extension extensions&lt;V&gt;;
 *   } GroupContext;
 * </pre>
 */
record GroupContext(
        int cipherSuite,
        Bytes groupId,
        long epoch,
        Bytes treeHash,
        Bytes confirmedTranscriptHash,
        List<Extension> extensions) {
    GroupContext {
        extensions = List.copyOf(extensions);
    }

    /** The provisional context of the next epoch: "with the old confirmed transcript hash" (section 12.4.1). */
    GroupContext provisional(Bytes newTreeHash, List<Extension> newExtensions) {
        return new GroupContext(cipherSuite, groupId, epoch + 1, newTreeHash, confirmedTranscriptHash, newExtensions);
    }

    GroupContext withConfirmedTranscriptHash(Bytes hash) {
        return new GroupContext(cipherSuite, groupId, epoch, treeHash, hash, extensions);
    }

    GroupContext withTreeHash(Bytes hash) {
        return new GroupContext(cipherSuite, groupId, epoch, hash, confirmedTranscriptHash, extensions);
    }

    Bytes toBytes() {
        WireWriter out = new WireWriter();
        write(out);
        return out.toBytes();
    }

    void write(WireWriter out) {
        out.uint16(Codepoints.MLS10)
                .uint16(cipherSuite)
                .vector(groupId)
                .uint64(epoch)
                .vector(treeHash)
                .vector(confirmedTranscriptHash);
        Extension.writeList(out, extensions);
    }

    static GroupContext read(WireReader in) throws DecodeException {
        Wire.version(in);
        return new GroupContext(
                in.uint16(), Wire.groupId(in), in.uint64(), Wire.key(in), Wire.key(in), Extension.readList(in));
    }
}
