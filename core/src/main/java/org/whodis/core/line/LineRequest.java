package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.message.Envelope;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a device asks its office about lines: the content of {@code ToOffice.line} (protocol section 7, which also names the
 * answers).
 *
 * <pre>
 *   enum { publish_sealing_key(1), readers(2), issue(3), list_issued(4), redeem(5), decide(6), withdraw(7),
 *          acknowledge_incidents(8), put_settings(9), get_settings(10), put_item(11), list_items(12), remove_item(13),
 *          knock(14), list_desk(15), dismiss_knock(16), send_call(17), has_desk(18) } LineRequestType;     uint8
 *   struct { LineRequestType type; select (type) {...} body; } LineRequest;
 * </pre>
 */
public sealed interface LineRequest extends Encodable {
    /** A {@link SealingKey} of the device that asks. Answered by nothing. */
    record PublishSealingKey(SignedByDevice key) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(1);
            key.write(out);
        }
    }

    /** Answered by {@link LinePages.Readers}. */
    record Readers() implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(2);
        }
    }

    /** A {@link LineIssue}. Answered by nothing; the same issue once more changes nothing. */
    record Issue(SignedByDevice issue) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(3);
            issue.write(out);
        }
    }

    /** Answered by the {@link LinePages.Issued} that follows {@code after}. */
    record ListIssued(@Nullable LineId after) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(4);
            writeAfter(out, after);
        }
    }

    /** Answered by the {@link RedemptionAnswer} of the office that the redemption names. */
    record Redeem(SignedRedemption redemption) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(5);
            redemption.write(out);
        }
    }

    /** A {@link LineDecision}. Answered by nothing. */
    record Decide(SignedByDevice decision) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(6);
            decision.write(out);
        }
    }

    /** A {@link LineWithdrawal}. Answered by nothing. */
    record Withdraw(SignedByDevice withdrawal) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(7);
            withdrawal.write(out);
        }
    }

    /** The incidents of this line up to now have been seen. Answered by nothing. */
    record AcknowledgeIncidents(LineId line) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(8).fixed(line.value());
        }
    }

    /** {@link LineSettings}. Answered by nothing. */
    record PutSettings(SignedByDevice settings) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(9);
            settings.write(out);
        }
    }

    /** Answered by {@link LinePages.Settings}. */
    record GetSettings() implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(10);
        }
    }

    /** A {@link SealedItem}. Answered by nothing. */
    record PutItem(SignedByDevice item) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(11);
            item.write(out);
        }
    }

    /** Answered by the {@link LinePages.Items} that follow {@code after}. */
    record ListItems(@Nullable LineId after) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(12);
            writeAfter(out, after);
        }
    }

    record RemoveItem(LineId item) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(13).fixed(item.value());
        }
    }

    /** Answered by nothing, {@link LineRules#ANSWER_DELAY_MILLIS} after receipt, whatever became of it. */
    record KnockAt(Knock.Signed knock) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(14);
            knock.write(out);
        }
    }

    /** For people of the desk. Answered by {@link LinePages.Desk}. */
    record ListDesk() implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(15);
        }
    }

    /** For people of the desk. Answered by nothing. */
    record DismissKnock(Bytes nonce) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(16).fixed(nonce);
        }
    }

    /**
     * Takes a call that rings for the person who asks to the desk, in their name and for all their devices. Answered by the
     * {@code SubmitOutcome} of {@code decline}, or refused: then it goes on ringing.
     *
     * @param decline the envelope of a Notice declined or busy, by the device that asks
     */
    record SendCall(Envelope decline) implements LineRequest {
        @Override
        public void write(WireWriter out) {
            out.uint8(17);
            decline.write(out);
        }
    }

    /** Answered by {@code uint8}: 1 if somebody else than the person who asks sits at the desk, else 0. */
    record HasDesk() implements LineRequest {
        public static final Bytes YES = Bytes.of(new byte[] {1});
        public static final Bytes NO = Bytes.of(new byte[] {0});

        @Override
        public void write(WireWriter out) {
            out.uint8(18);
        }
    }

    static LineRequest read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 -> new PublishSealingKey(SignedByDevice.read(in));
            case 2 -> new Readers();
            case 3 -> new Issue(SignedByDevice.read(in));
            case 4 -> new ListIssued(readAfter(in));
            case 5 -> new Redeem(SignedRedemption.read(in));
            case 6 -> new Decide(SignedByDevice.read(in));
            case 7 -> new Withdraw(SignedByDevice.read(in));
            case 8 -> new AcknowledgeIncidents(LineId.read(in));
            case 9 -> new PutSettings(SignedByDevice.read(in));
            case 10 -> new GetSettings();
            case 11 -> new PutItem(SignedByDevice.read(in));
            case 12 -> new ListItems(readAfter(in));
            case 13 -> new RemoveItem(LineId.read(in));
            case 14 -> new KnockAt(Knock.Signed.read(in));
            case 15 -> new ListDesk();
            case 16 -> new DismissKnock(in.fixed(Knock.NONCE_LENGTH));
            case 17 -> new SendCall(Envelope.read(in));
            case 18 -> new HasDesk();
            default -> throw new DecodeException("LineRequestType " + type);
        };
    }

    static LineRequest decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineRequest::read);
    }

    private static void writeAfter(WireWriter out, @Nullable LineId after) {
        out.optional(after, (inner, it) -> inner.fixed(it.value()));
    }

    private static @Nullable LineId readAfter(WireReader in) throws DecodeException {
        return in.optional(LineId::read);
    }
}
