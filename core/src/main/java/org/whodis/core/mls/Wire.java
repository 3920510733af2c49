package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** What several structures of RFC 9420 have in common on the wire. */
final class Wire {
    private Wire() {}

    /** One structure of at most {@link Limits#MESSAGE_BYTES} that fills {@code bytes} exactly, or MALFORMED. */
    static <T> T decode(Bytes bytes, WireReader.Item<T> item) throws MlsException {
        if (bytes.length() > Limits.MESSAGE_BYTES) {
            throw new MlsException(Rejection.MALFORMED, bytes.length() + " bytes");
        }
        try {
            return WireReader.decode(bytes, item);
        } catch (DecodeException e) {
            throw MlsException.malformed(e);
        }
    }

    /** {@code HPKEPublicKey}, {@code SignaturePublicKey}, a signature, a {@code MAC}, a hash: {@code opaque<V>}. */
    static Bytes key(WireReader in) throws DecodeException {
        return in.vector(Limits.KEY_BYTES);
    }

    static Bytes groupId(WireReader in) throws DecodeException {
        return in.vector(Limits.GROUP_ID_BYTES);
    }

    /** {@code ProtocolVersion}, of which there is one. */
    static void version(WireReader in) throws DecodeException {
        int version = in.uint16();
        if (version != Codepoints.MLS10) {
            throw new DecodeException("protocol version " + version);
        }
    }

    static void writeValues(WireWriter out, List<Integer> values) {
        out.list(values, WireWriter::uint16);
    }

    /** {@code uint16 values<V>}. */
    static List<Integer> values(WireReader in) throws DecodeException {
        return List.copyOf(in.list(2 * Limits.CAPABILITIES, Limits.CAPABILITIES, WireReader::uint16));
    }
}
