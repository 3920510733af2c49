package org.whodis.core.message;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a device says to its office in a session (protocol section 4).
 *
 * <pre>
 *   enum { authenticate(1), submit(2), acknowledge(3), directory(4), media_join(5), media_leave(6), link_open(7),
 *          chain_append(8), ping(9), line(10), other_office(11) } ToOfficeType;                           uint8
 *   struct { ToOfficeType type; uint32 request_id; select (type) {...} body; } ToOffice;
 * </pre>
 */
public sealed interface ToOffice extends Encodable {
    /** Of any message in either direction; an offer with the longest chain fits. */
    int MAX_LENGTH = 256 * 1024;

    /** What an office reads from a connection that has not authenticated itself: one {@link Authenticate}. */
    int MAX_LENGTH_BEFORE_AUTHENTICATION = 4 * 1024;

    /** Chosen by the device; names the request in its {@link FromOffice.Response}. */
    long requestId();

    /** Who this is; the first message of a device, answered by {@link FromOffice.Authenticated}. */
    record Authenticate(long requestId, SessionProof proof) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 1, requestId);
            proof.write(out);
        }
    }

    /** Answered by a {@link SubmitOutcome}. */
    record Submit(long requestId, Envelope envelope) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 2, requestId);
            envelope.write(out);
        }
    }

    /** Everything up to {@code sequence} has been dealt with. Not answered. */
    record Acknowledge(long requestId, long sequence) implements ToOffice {
        public Acknowledge {
            Check.require(sequence >= 0, "sequence " + sequence);
        }

        @Override
        public void write(WireWriter out) {
            header(out, 3, requestId);
            out.uint64(sequence);
        }
    }

    /** Answered by the {@link DirectoryPage} that follows {@code after}, or by the first one if that is null. */
    record Directory(long requestId, @Nullable PrincipalId after) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 4, requestId);
            out.vector(after == null ? Bytes.EMPTY : after.value());
        }
    }

    /** Answered by {@link MediaJoined}. */
    record JoinMedia(long requestId, MediaJoin join) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 5, requestId);
            join.write(out);
        }
    }

    /** Answered by an empty body. */
    record LeaveMedia(long requestId, CallId callId) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 6, requestId);
            out.fixed(callId.value());
        }
    }

    /** A request for this link is to be handed to this device. Answered by an empty body. */
    record LinkOpen(long requestId, Bytes linkId) implements ToOffice {
        public LinkOpen {
            Check.length(linkId, DeviceLink.ID_LENGTH, "link_id");
        }

        @Override
        public void write(WireWriter out) {
            header(out, 7, requestId);
            out.fixed(linkId);
        }
    }

    /** A further statement of this device's own principal. Answered by an empty body. */
    record ChainAppend(long requestId, SignedStatement statement) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 8, requestId);
            statement.write(out);
        }
    }

    /** Answered by {@link FromOffice.Pong}. */
    record Ping(long requestId) implements ToOffice {
        @Override
        public void write(WireWriter out) {
            header(out, 9, requestId);
        }
    }

    /**
     * Something about lines: an encoded {@code LineRequest} of protocol section 7. What answers it stands there.
     */
    record Line(long requestId, Bytes request) implements ToOffice {
        /** With what stands around it, it fits a message. */
        public static final int MAX_REQUEST = MAX_LENGTH - 16;

        public Line {
            Check.require(request.length() <= MAX_REQUEST, "a request of " + request.length() + " bytes");
        }

        @Override
        public void write(WireWriter out) {
            header(out, 10, requestId);
            out.vector(request);
        }
    }

    /** Which key is it that another office's people are vouched for with? Answered by {@link OtherOfficeKey}. */
    record OtherOffice(long requestId, OfficeDomain domain, Bytes officeKey) implements ToOffice {
        public OtherOffice {
            Check.length(officeKey, LabelledHash.LENGTH, "office_key");
        }

        @Override
        public void write(WireWriter out) {
            header(out, 11, requestId);
            OfficeDomain.write(out, domain);
            out.fixed(officeKey);
        }
    }

    static ToOffice read(WireReader in) throws DecodeException {
        int type = in.uint8();
        long id = in.uint32();
        return switch (type) {
            case 1 -> new Authenticate(id, SessionProof.read(in));
            case 2 -> new Submit(id, Envelope.read(in));
            case 3 -> new Acknowledge(id, Delivery.readSequence(in));
            case 4 -> new Directory(id, readAfter(in));
            case 5 -> new JoinMedia(id, MediaJoin.read(in));
            case 6 -> new LeaveMedia(id, CallId.read(in));
            case 7 -> new LinkOpen(id, in.fixed(DeviceLink.ID_LENGTH));
            case 8 -> new ChainAppend(id, SignedStatement.read(in));
            case 9 -> new Ping(id);
            case 10 -> new Line(id, in.vector(Line.MAX_REQUEST));
            case 11 -> new OtherOffice(id, OfficeDomain.read(in), in.fixed(LabelledHash.LENGTH));
            default -> throw new DecodeException("ToOfficeType " + type);
        };
    }

    static ToOffice decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, ToOffice::read);
    }

    private static void header(WireWriter out, int type, long requestId) {
        out.uint8(type).uint32(requestId);
    }

    private static @Nullable PrincipalId readAfter(WireReader in) throws DecodeException {
        Bytes id = in.vector(PrincipalId.LENGTH);
        if (!id.isEmpty() && id.length() != PrincipalId.LENGTH) {
            throw new DecodeException("after of " + id.length() + " bytes");
        }
        return id.isEmpty() ? null : new PrincipalId(id);
    }
}
