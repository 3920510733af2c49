package org.whodis.core.message;

import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What the devices of a call say to each other (protocol section 5). Nothing in it has been checked beyond its form.
 *
 * <pre>
 *   enum { offer(1), answer(2), welcome(3), notice(4), group(5) } CallMessageType;    uint8
 *   struct {
 *       CallMessageType type;
 *       select (type) {
 *           case offer, answer:   opaque signed&lt;V&gt;; opaque device[32]; HybridSignature by_device; Chain chain;
 *           case welcome, notice: opaque signed&lt;V&gt;; opaque device[32]; HybridSignature by_device;
 *           case group:           opaque mls_message&lt;V&gt;;      RFC 9420 MLSMessage (PrivateMessage)
 *       };
 *   } CallMessage;
 * </pre>
 */
public sealed interface CallMessage extends Encodable {
    /** An MLSMessage of a call of two: application data of a few bytes, later commits with a path. */
    int MAX_MLS_MESSAGE = 64 * 1024;

    /** The longest is an answer with the longest chain. */
    int MAX_LENGTH =
            1 + (4 + Answer.MAX_LENGTH) + DeviceId.LENGTH + HybridSignature.LENGTH + UnverifiedChain.MAX_LENGTH;

    /** {@code signed} is an encoded {@link Offer}; {@code chain} is the caller's. */
    record SignedOffer(Bytes signed, DeviceId device, HybridSignature byDevice, UnverifiedChain chain)
            implements CallMessage {
        public SignedOffer {
            requireAtMost(signed, Offer.MAX_LENGTH);
        }

        @Override
        public void write(WireWriter out) {
            writeSigned(out, 1, signed, device, byDevice);
            chain.write(out);
        }
    }

    /** {@code signed} is an encoded {@link Answer}; {@code chain} is the callee's. */
    record SignedAnswer(Bytes signed, DeviceId device, HybridSignature byDevice, UnverifiedChain chain)
            implements CallMessage {
        public SignedAnswer {
            requireAtMost(signed, Answer.MAX_LENGTH);
        }

        @Override
        public void write(WireWriter out) {
            writeSigned(out, 2, signed, device, byDevice);
            chain.write(out);
        }
    }

    /** {@code signed} is an encoded {@link CallWelcome}. */
    record SignedWelcome(Bytes signed, DeviceId device, HybridSignature byDevice) implements CallMessage {
        public SignedWelcome {
            requireAtMost(signed, CallWelcome.MAX_LENGTH);
        }

        @Override
        public void write(WireWriter out) {
            writeSigned(out, 3, signed, device, byDevice);
        }
    }

    /** {@code signed} is an encoded {@link Notice}. */
    record SignedNotice(Bytes signed, DeviceId device, HybridSignature byDevice) implements CallMessage {
        public SignedNotice {
            requireAtMost(signed, Notice.LENGTH);
        }

        @Override
        public void write(WireWriter out) {
            writeSigned(out, 4, signed, device, byDevice);
        }
    }

    /** An encoded MLSMessage, in which is a {@link GroupMessage}. */
    record Group(Bytes mlsMessage) implements CallMessage {
        public Group {
            requireAtMost(mlsMessage, MAX_MLS_MESSAGE);
        }

        @Override
        public void write(WireWriter out) {
            out.uint8(5).vector(mlsMessage);
        }
    }

    static CallMessage read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 ->
                new SignedOffer(
                        in.vector(Offer.MAX_LENGTH),
                        DeviceId.read(in),
                        HybridSignature.read(in),
                        UnverifiedChain.read(in));
            case 2 ->
                new SignedAnswer(
                        in.vector(Answer.MAX_LENGTH),
                        DeviceId.read(in),
                        HybridSignature.read(in),
                        UnverifiedChain.read(in));
            case 3 -> new SignedWelcome(in.vector(CallWelcome.MAX_LENGTH), DeviceId.read(in), HybridSignature.read(in));
            case 4 -> new SignedNotice(in.vector(Notice.LENGTH), DeviceId.read(in), HybridSignature.read(in));
            case 5 -> new Group(in.vector(MAX_MLS_MESSAGE));
            default -> throw new DecodeException("CallMessageType " + type);
        };
    }

    static CallMessage decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, CallMessage::read);
    }

    private static void writeSigned(WireWriter out, int type, Bytes signed, DeviceId device, HybridSignature byDevice) {
        out.uint8(type).vector(signed).fixed(device.value());
        byDevice.write(out);
    }

    private static void requireAtMost(Bytes content, int limit) {
        Check.require(content.length() <= limit, "content of " + content.length() + " bytes");
    }
}
