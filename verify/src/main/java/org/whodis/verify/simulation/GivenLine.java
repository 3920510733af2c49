package org.whodis.verify.simulation;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;

/** A line that somebody gave to somebody of another office before the world began. */
final class GivenLine {
    final Cast.Person issuer;
    final Cast.Person holder;
    final LineSecret secret;
    final LineId id;
    final SignedByDevice issue;

    GivenLine(Primitives primitives, RandomBytes random, Cast.Person issuer, Cast.Person holder) {
        this.issuer = issuer;
        this.holder = holder;
        this.secret = LineSecret.generate(random);
        this.id = secret.id(primitives);
        LineIssue said = new LineIssue(
                id,
                Party.of(issuer.chain()),
                LineHolder.of(Party.of(holder.chain())),
                LineTerms.STANDARD,
                Bytes.of(random.next(64)),
                SealedBox.empty(),
                null,
                World.BEGIN - 1_000);
        this.issue = SignedByDevice.sign(primitives, random, issuer.keys.getFirst(), LineIssue.LABEL, said);
    }

    LineFacts facts() {
        return new LineFacts(
                id,
                issuer.principal(),
                LineFacts.State.BOUND,
                LineHolder.of(Party.of(holder.chain())),
                LineTerms.STANDARD);
    }
}
