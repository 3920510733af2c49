package org.whodis.core.federation;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What one office asks of another (protocol section 8). Its sender is the office at the other end of the connection and
 * nobody else.
 *
 * <pre>
 *   struct { opaque id[16]; uint64 deadline; uint16 type; opaque body&lt;V&gt;; } PeerRequest;     body at most 224 KiB
 * </pre>
 *
 * @param id random; applied at most once however often it comes
 * @param deadline until when it may be applied, and the sender tries
 * @param type one of {@link PeerType}
 */
public record PeerRequest(Bytes id, long deadline, int type, Bytes body) implements Encodable {
    public static final int ID_LENGTH = 16;

    /** Room for an envelope with the longest chain, and within a message of 256 KiB. */
    public static final int MAX_BODY = 224 * 1024;

    public static final int MAX_LENGTH = ID_LENGTH + 8 + 2 + 4 + MAX_BODY;

    public PeerRequest {
        Check.length(id, ID_LENGTH, "id");
        Check.time(deadline, "deadline");
        Check.require(type >= 0 && type <= 0xffff, "type " + type);
        Check.require(body.length() <= MAX_BODY, "a body of " + body.length() + " bytes");
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(id).uint64(deadline).uint16(type).vector(body);
    }

    public static PeerRequest read(WireReader in) throws DecodeException {
        return new PeerRequest(in.fixed(ID_LENGTH), Check.readTime(in), in.uint16(), in.vector(MAX_BODY));
    }

    public static PeerRequest decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, PeerRequest::read);
    }
}
