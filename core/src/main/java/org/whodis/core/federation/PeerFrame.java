package org.whodis.core.federation;

import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * One message between two offices (protocol section 8).
 *
 * <pre>
 *   enum { greeting(1), opening(2), proof(3), request(4), answer(5), skip(6), ping(7), pong(8) } PeerFrameType;     uint8
 *
 *   struct {
 *       PeerFrameType type;
 *       select (type) {
 *           case greeting: opaque greeting&lt;V&gt;;                              an OfficeGreeting, from the one that was dialled
 *           case opening:  opaque greeting&lt;V&gt;; HybridSignature by_office;   from the one that dialled
 *           case proof:    HybridSignature by_office;                         from the one that was dialled
 *           case request:  uint64 sequence; PeerRequest request;
 *           case answer:   opaque id[16]; PeerAnswer answer;
 *           case skip:     uint64 sequence;                                   a number that no request has
 *           case ping, pong: struct {};
 *       };
 *   } PeerFrame;
 * </pre>
 */
public sealed interface PeerFrame extends Encodable {
    /** The encoded {@link OfficeGreeting}: what is signed is what came. */
    record Greeting(Bytes greeting) implements PeerFrame {
        public Greeting {
            requireGreeting(greeting);
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(1).vector(greeting);
        }
    }

    record Opening(Bytes greeting, HybridSignature byOffice) implements PeerFrame {
        public Opening {
            requireGreeting(greeting);
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(2).vector(greeting);
            byOffice.write(out);
        }
    }

    record Proof(HybridSignature byOffice) implements PeerFrame {
        @Override
        public void write(WireWriter out) {
            out.uint8(3);
            byOffice.write(out);
        }
    }

    /** {@code sequence} counts the requests of one side of one connection from 0. */
    record Request(long sequence, PeerRequest request) implements PeerFrame {
        @Override
        public void write(WireWriter out) {
            out.uint8(4).uint64(sequence);
            request.write(out);
        }
    }

    record Answer(Bytes id, PeerAnswer answer) implements PeerFrame {
        public Answer {
            Check.length(id, PeerRequest.ID_LENGTH, "id");
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(5).fixed(id);
            answer.write(out);
        }
    }

    /** What had this number was taken back before it was sent. */
    record Skip(long sequence) implements PeerFrame {
        @Override
        public void write(WireWriter out) {
            out.uint8(6).uint64(sequence);
        }
    }

    record Ping() implements PeerFrame {
        @Override
        public void write(WireWriter out) {
            out.uint8(7);
        }
    }

    record Pong() implements PeerFrame {
        @Override
        public void write(WireWriter out) {
            out.uint8(8);
        }
    }

    static PeerFrame read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 -> new Greeting(in.vector(OfficeGreeting.MAX_LENGTH));
            case 2 -> new Opening(in.vector(OfficeGreeting.MAX_LENGTH), HybridSignature.read(in));
            case 3 -> new Proof(HybridSignature.read(in));
            case 4 -> new Request(in.uint64(), PeerRequest.read(in));
            case 5 -> new Answer(in.fixed(PeerRequest.ID_LENGTH), PeerAnswer.read(in));
            case 6 -> new Skip(in.uint64());
            case 7 -> new Ping();
            case 8 -> new Pong();
            default -> throw new DecodeException("PeerFrameType " + type);
        };
    }

    static PeerFrame decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, PeerFrame::read);
    }

    private static void requireGreeting(Bytes greeting) {
        Check.require(greeting.length() <= OfficeGreeting.MAX_LENGTH, "a greeting too long");
    }
}
