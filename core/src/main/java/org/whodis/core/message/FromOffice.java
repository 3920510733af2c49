package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What an office says to a device in a session (protocol section 4).
 *
 * <pre>
 *   enum { office_hello(1), authenticated(2), response(3), delivery(4), link_arrived(5), pong(6), line_news(7), media_lost(8), person_news(9) } FromOfficeType;   uint8
 *   struct { FromOfficeType type; select (type) {...} body; } FromOffice;
 * </pre>
 */
public sealed interface FromOffice extends Encodable {
    /** The first message of a session. */
    record OfficeHello(SignedOfficeDescriptor descriptor, Bytes challenge, long officeTime) implements FromOffice {
        public static final int CHALLENGE_LENGTH = 32;

        public OfficeHello {
            Check.length(challenge, CHALLENGE_LENGTH, "challenge");
            Check.time(officeTime, "office_time");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(1);
            descriptor.write(out);
            out.fixed(challenge).uint64(officeTime);
        }
    }

    /** The office knows who the device is. A refusal is a {@link Response} instead, and the end of the connection. */
    record Authenticated(long officeTime) implements FromOffice {
        public Authenticated {
            Check.time(officeTime, "office_time");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(2).uint64(officeTime);
        }
    }

    /**
     * The answer to a request.
     *
     * <pre>
     *   struct { uint32 request_id; uint8 status; opaque body&lt;V&gt;; } Response;     status ok(0), refused(1)
     * </pre>
     *
     * @param body what the request asks for, or a {@link org.whodis.core.identity.Refusal}
     */
    record Response(long requestId, boolean ok, Bytes body) implements FromOffice {
        public static final int MAX_BODY = ToOffice.MAX_LENGTH - 16;

        public Response {
            Check.require(body.length() <= MAX_BODY, "a body of " + body.length() + " bytes");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(3).uint32(requestId).uint8(ok ? 0 : 1).vector(body);
        }
    }

    /** To be acknowledged by {@link ToOffice.Acknowledge} once it was dealt with. */
    record Deliver(Delivery delivery) implements FromOffice {
        @Override
        public void write(WireWriter out) {
            out.uint8(4);
            delivery.write(out);
        }
    }

    /** Somebody used the link that this device opened. */
    record LinkArrived(LinkRequest request) implements FromOffice {
        @Override
        public void write(WireWriter out) {
            out.uint8(5);
            request.write(out);
        }
    }

    /** The answer to {@link ToOffice.Ping}. */
    record Pong(long requestId, long officeTime) implements FromOffice {
        public Pong {
            Check.time(officeTime, "office_time");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(6).uint32(requestId).uint64(officeTime);
        }
    }

    /** Something about lines has changed: an encoded {@code LineNews} of protocol section 7. The truth is asked for. */
    record LineNews(Bytes news) implements FromOffice {
        /** A kind and a line's id. */
        public static final int MAX_NEWS = 64;

        public LineNews {
            Check.require(news.length() <= MAX_NEWS, "news of " + news.length() + " bytes");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(7).vector(news);
        }
    }

    /** The device's place at the relay is gone, since the relay is: it asks for another by {@link ToOffice.JoinMedia}. */
    record MediaLost(CallId callId) implements FromOffice {
        @Override
        public void write(WireWriter out) {
            out.uint8(8).fixed(callId.value());
        }
    }

    /** Somebody of this office is new, or their chain has grown: what {@link ToOffice.Directory} would answer now. */
    record PersonNews(UnverifiedChain chain) implements FromOffice {
        @Override
        public void write(WireWriter out) {
            out.uint8(9);
            chain.write(out);
        }
    }

    static FromOffice read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 ->
                new OfficeHello(
                        SignedOfficeDescriptor.read(in), in.fixed(OfficeHello.CHALLENGE_LENGTH), Check.readTime(in));
            case 2 -> new Authenticated(Check.readTime(in));
            case 3 -> new Response(in.uint32(), readOk(in), in.vector(Response.MAX_BODY));
            case 4 -> new Deliver(Delivery.read(in));
            case 5 -> new LinkArrived(LinkRequest.read(in));
            case 6 -> new Pong(in.uint32(), Check.readTime(in));
            case 7 -> new LineNews(in.vector(LineNews.MAX_NEWS));
            case 8 -> new MediaLost(CallId.read(in));
            case 9 -> new PersonNews(UnverifiedChain.read(in));
            default -> throw new DecodeException("FromOfficeType " + type);
        };
    }

    static FromOffice decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, FromOffice::read);
    }

    private static boolean readOk(WireReader in) throws DecodeException {
        return switch (in.uint8()) {
            case 0 -> true;
            case 1 -> false;
            default -> throw new DecodeException("status is neither 0 nor 1");
        };
    }
}
