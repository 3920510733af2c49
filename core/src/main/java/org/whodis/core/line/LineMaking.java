package org.whodis.core.line;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;

/** Makes lines, and those that take the place of others. */
final class LineMaking {
    private final LineOwner owner;

    /** The line in whose place a new one is put. */
    record Old(GivenLine line, LineAddress address, SignedRedemption.Verified redeemer) {}

    LineMaking(LineOwner owner) {
        this.owner = owner;
    }

    LineStep<NewLine> make(LineOrder order, @Nullable Old old) {
        return LineStep.ask(new LineRequest.Readers(), (answer, now) -> {
            LineSecret secret = LineSecret.generate(owner.random);
            LineAddress address = new LineAddress(owner.office(), secret);
            LineId id = secret.id(owner.primitives);
            LineRequest issue = issue(order, old, id, secret, owner.readers(false, answer, now), now);
            // Kept first: a line that nobody can renew is worse than a secret without a line.
            LineRequest keep = owner.keep(id, new Keepsake.Issued(address), owner.readers(true, answer, now), now);
            NewLine made = new NewLine(
                    id, address.link(owner.primitives), address.domain().value(), address.words(owner.primitives));
            return LineStep.ask(keep, (_, _) -> LineStep.ask(issue, (_, _) -> new LineStep.Done<>(made)));
        });
    }

    private LineRequest issue(
            LineOrder order, @Nullable Old old, LineId id, LineSecret secret, List<SealingKey> everybody, long now) {
        LineCard card = new LineCard(id, Party.of(owner.chain()), order.terms(), order.holder());
        List<SealingKey> readers = everybody.size() > LineIssue.MAX_NOTE_READERS
                ? everybody.subList(0, LineIssue.MAX_NOTE_READERS)
                : everybody;
        SealedBox note = SealedBox.seal(
                owner.primitives, owner.random, readers, LineIssue.notePurpose(id), Bytes.utf8(order.note()));
        LineIssue issue = new LineIssue(
                id,
                Party.of(owner.chain()),
                order.holder(),
                order.terms(),
                card.seal(owner.primitives, owner.random, secret),
                note,
                old == null ? null : replaces(old, id, secret, now),
                now);
        return new LineRequest.Issue(owner.sign(LineIssue.LABEL, issue));
    }

    /** The new secret, for whoever has the old one and is the device that redeemed it last. */
    private LineIssue.Replaces replaces(Old old, LineId id, LineSecret secret, long now) {
        Bytes purpose = LineIssue.renewalPurpose(old.line().id(), id);
        Bytes inner = old.address()
                .secret()
                .seal(
                        owner.primitives,
                        owner.random,
                        LineSecret.Use.RENEWAL,
                        purpose,
                        Bytes.of(secret.value().expose()));
        LineRedemption redemption = old.redeemer().redemption();
        SealingKey holder = new SealingKey(redemption.device(), redemption.sealingKey(), now);
        return new LineIssue.Replaces(
                old.line().id(), SealedBox.seal(owner.primitives, owner.random, List.of(holder), purpose, inner));
    }
}
