package org.whodis.office.call;

import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * An envelope whose message has been read.
 *
 * @param sender the person of the session that it came through; {@code senderDevice} likewise
 */
public record Submission(Envelope envelope, Content content, PrincipalId sender, DeviceId senderDevice) {

    /** What the office reads in a call message. It verifies no signature here: the devices do, and believe nobody. */
    public sealed interface Content {}

    /** An Offer with its hash. */
    public record Offered(Offer offer, Bytes offerHash, DeviceId signer) implements Content {}

    public record Answered(Answer answer, DeviceId signer) implements Content {}

    public record Welcomed(CallWelcome welcome, DeviceId signer) implements Content {}

    public record Noticed(Notice notice, DeviceId signer) implements Content {}

    /** Sealed to the group. */
    public record Grouped() implements Content {}

    /** How an Offer's hash is made: the one computation that reading needs. */
    @FunctionalInterface
    public interface OfferHash {
        Bytes of(Bytes encodedOffer);
    }

    /** Whether {@code envelope} says that it carries an Offer: the first byte of a CallMessage is its type. */
    public static boolean isOffer(Envelope envelope) {
        return !envelope.message().isEmpty() && envelope.message().get(0) == 1;
    }

    public static Submission read(Envelope envelope, PrincipalId sender, DeviceId senderDevice, OfferHash hash)
            throws DecodeException {
        Content content = switch (CallMessage.decode(envelope.message())) {
            case CallMessage.SignedOffer it ->
                new Offered(Offer.decode(it.signed()), hash.of(it.signed()), it.device());
            case CallMessage.SignedAnswer it -> new Answered(Answer.decode(it.signed()), it.device());
            case CallMessage.SignedWelcome it -> new Welcomed(CallWelcome.decode(it.signed()), it.device());
            case CallMessage.SignedNotice it -> new Noticed(Notice.decode(it.signed()), it.device());
            case CallMessage.Group _ -> new Grouped();
        };
        return new Submission(envelope, content, sender, senderDevice);
    }
}
