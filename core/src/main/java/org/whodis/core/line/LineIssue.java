package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Check;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A new line, told to the issuer's own office (protocol section 7). The office learns whom it rings and, if it is bound,
 * for whom; neither the secret nor the note.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque line_id[32];
 *       Party issuer;
 *       optional&lt;LineHolder&gt; holder;      bound from the first; else it is open
 *       LineTerms terms;
 *       opaque sealed_card&lt;V&gt;;            LineCard under the card key; at most 2048
 *       SealedBox note;                   of whom it was given to; for the issuer's devices and the desk's
 *       optional&lt;Replaces&gt; replaces;      a renewal
 *       uint64 issued_at;
 *   } LineIssue;                          label "Whodis 1 Line issue"
 *   struct {
 *       opaque line_id[32];               the line that ends with this
 *       opaque sealed_secret&lt;V&gt;;          the new secret, under the old line's renewal key, then HPKE to the holder's device
 *   } Replaces;
 * </pre>
 *
 * @param replaces null unless this is a renewal
 */
public record LineIssue(
        LineId lineId,
        Party issuer,
        @Nullable LineHolder holder,
        LineTerms terms,
        Bytes sealedCard,
        SealedBox note,
        @Nullable Replaces replaces,
        long issuedAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Line issue";

    /** Of a note, in bytes of UTF-8. */
    public static final int MAX_NOTE = 256;

    /** A person's devices and a desk's; with more a line would not fit the messages that carry it. */
    public static final int MAX_NOTE_READERS = 32;

    /** The line that this one takes the place of. */
    public record Replaces(LineId lineId, SealedBox sealedSecret) {
        private void write(WireWriter out) {
            out.fixed(lineId.value());
            sealedSecret.write(out);
        }

        private static Replaces read(WireReader in) throws DecodeException {
            return new Replaces(LineId.read(in), SealedBox.read(in));
        }
    }

    public LineIssue {
        Check.require(sealedCard.length() <= LineCard.MAX_SEALED, "a card of " + sealedCard.length() + " bytes");
        Check.require(note.readers().size() <= MAX_NOTE_READERS, "a note for too many");
        Check.time(issuedAt, "issued_at");
    }

    /** What a note is sealed for. */
    public static Bytes notePurpose(LineId line) {
        return Bytes.concat(Bytes.utf8("note"), line.value());
    }

    /** What a renewed secret is sealed for. */
    public static Bytes renewalPurpose(LineId old, LineId renewed) {
        return Bytes.concat(Bytes.utf8("renewal"), old.value(), renewed.value());
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(lineId.value());
        issuer.write(out);
        out.optional(holder, (inner, it) -> it.write(inner));
        terms.write(out);
        out.vector(sealedCard);
        note.write(out);
        out.optional(replaces, (inner, it) -> it.write(inner));
        out.uint64(issuedAt);
    }

    public static LineIssue read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        LineId line = LineId.read(in);
        Party issuer = Party.read(in);
        LineHolder holder = in.optional(LineHolder::read);
        LineTerms terms = LineTerms.read(in);
        Bytes card = in.vector(LineCard.MAX_SEALED);
        SealedBox note = SealedBox.read(in);
        if (note.readers().size() > MAX_NOTE_READERS || note.ciphertext().length() > MAX_NOTE + 16) {
            throw new DecodeException("a note for too many, or too long");
        }
        return new LineIssue(line, issuer, holder, terms, card, note, in.optional(Replaces::read), Check.readTime(in));
    }

    public static LineIssue decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineIssue::read);
    }
}
