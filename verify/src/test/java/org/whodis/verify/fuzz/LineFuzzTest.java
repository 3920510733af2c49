package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.Keepsake;
import org.whodis.core.line.Knock;
import org.whodis.core.line.LineAddress;
import org.whodis.core.line.LineCard;
import org.whodis.core.line.LineDecision;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineRedemption;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.MistypedException;
import org.whodis.core.line.RedemptionAnswer;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SealedItem;
import org.whodis.core.line.SealingKey;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;

/** Every structure of protocol section 7, and what people type for a line. */
class LineFuzzTest {
    private static final Primitives PRIMITIVES = new BcPrimitives();

    @FunctionalInterface
    private interface Decoder {
        Encodable decode(Bytes encoded) throws DecodeException;
    }

    private static final List<Decoder> DECODERS = List.of(
            LineIssue::decode,
            LineCard::decode,
            LineRedemption::decode,
            SignedRedemption::decode,
            RedemptionAnswer::decode,
            LineProof::decode,
            LineDecision::decode,
            LineWithdrawal::decode,
            LineIncident::decode,
            LineSettings::decode,
            LineNews::decode,
            LineRequest::decode,
            SealedBox::decode,
            SealedItem::decode,
            SealingKey::decode,
            SignedByDevice::decode,
            Keepsake::decode,
            Knock::decode,
            Knock.Signed::decode,
            IssuedLine::decode,
            LinePages.Issued::decode,
            LinePages.Items::decode,
            LinePages.Readers::decode,
            LinePages.Settings::decode,
            LinePages.Desk::decode);

    /** The first byte chooses the structure; what was read writes itself back to the bytes it came from. */
    @FuzzTest
    @MethodSource("structures")
    void structure(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Bytes encoded = Bytes.of(input).slice(1, input.length);
        try {
            Encodable value = DECODERS.get((input[0] & 0xff) % DECODERS.size()).decode(encoded);
            if (!value.encode().equals(encoded)) {
                throw new AssertionError(value.getClass() + " does not write back what was read");
            }
        } catch (DecodeException refused) {
            // The one way to say no.
            return;
        }
    }

    static Stream<byte[]> structures() {
        Random random = new Random(7);
        return Stream.iterate(0, i -> i < DECODERS.size(), i -> i + 1).map(i -> {
            byte[] seed = new byte[1 + 64 * (i + 1)];
            random.nextBytes(seed);
            seed[0] = (byte) i.intValue();
            seed[1] = 0;
            seed[2] = 1;
            return seed;
        });
    }

    /** What was read as an address is that address in both of its forms. */
    @FuzzTest
    @MethodSource("addresses")
    void address(byte[] input) throws MistypedException {
        LineAddress address;
        try {
            address = LineAddress.parse(PRIMITIVES, new String(input, StandardCharsets.UTF_8));
        } catch (MistypedException refused) {
            return;
        }
        if (!LineAddress.parse(PRIMITIVES, address.link(PRIMITIVES)).equals(address)
                || !LineAddress.parse(PRIMITIVES, address.spoken(PRIMITIVES)).equals(address)) {
            throw new AssertionError("an address that does not come back");
        }
    }

    static Stream<byte[]> addresses() {
        LineAddress address =
                new LineAddress(new OfficeDomain("a.example"), new LineSecret(Secret.owning(new byte[16])));
        return Stream.of(address.link(PRIMITIVES), address.spoken(PRIMITIVES), "a.example abandon", "https://a/line#1.")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** A proof over any bytes is refused without a fault. */
    @FuzzTest
    @MethodSource("structures")
    void proof(byte[] input) {
        try {
            LineId line = LineProof.decode(Bytes.of(input)).lineId();
            if (line.value().length() != LineId.LENGTH) {
                throw new AssertionError("a line's id of another length");
            }
        } catch (DecodeException refused) {
            return;
        }
    }
}
