package org.whodis.verify.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.EndReason;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;

/** What really happened in one call: what people pressed and devices said, whatever anybody was told. */
final class CallFacts {
    final CallId id;
    final PhoneNode caller;
    final PrincipalId callee;
    final EnvelopeId offer;
    final Bytes offerHash;
    final long offeredAt;
    final long expiresAt;
    /** Whether the caller's clock was right when it made the offer. */
    final boolean clockWasRight;
    /** The line that the offer names. */
    final @Nullable LineId line;

    /** Somebody pressed it on this phone. */
    final Set<PhoneNode> pressedAnswer = new HashSet<>();

    final Set<PhoneNode> pressedDecline = new HashSet<>();
    final Set<PhoneNode> pressedHangUp = new HashSet<>();
    final Set<PhoneNode> pressedWordsDiffer = new HashSet<>();

    /** The phone's engine signed it. */
    final Set<PhoneNode> saidAnswer = new HashSet<>();

    final Set<PhoneNode> saidDeclined = new HashSet<>();
    final Set<PhoneNode> saidBusy = new HashSet<>();
    final Set<PhoneNode> saidCancelled = new HashSet<>();

    final Set<PhoneNode> mediaLost = new HashSet<>();
    final Set<PhoneNode> rang = new HashSet<>();
    final Map<PhoneNode, EndReason> ended = new HashMap<>();
    final Map<PhoneNode, Keys> keys = new HashMap<>();
    /** Who had keys at any time. */
    final Set<PhoneNode> hadKeys = new HashSet<>();

    /** Who has which leaf of the group, also when the keys are erased. */
    final Map<PhoneNode, Integer> leaves = new HashMap<>();

    /** Whose offer or answer their office has refused, with a reason that the judge knows of. */
    final Set<PhoneNode> refused = new HashSet<>();

    final Set<PhoneNode> shownAsMissed = new HashSet<>();
    final Set<PhoneNode> droppedInGlare = new HashSet<>();
    /** Whom the office told that it took their answer. */
    final Set<PhoneNode> toldAnswerAccepted = new HashSet<>();

    /** When somebody pressed answer first; 0 if nobody has. */
    long answeredAt;

    /** The office has told the caller that it has the offer. */
    boolean acknowledged;

    /** What a phone has of the group. */
    record Keys(Bytes baseKey, long epoch, SortedSet<Integer> leaves, int ownLeaf) {}

    CallFacts(
            CallId id,
            PhoneNode caller,
            PrincipalId callee,
            EnvelopeId offer,
            Bytes offerHash,
            long offeredAt,
            long expiresAt,
            boolean clockWasRight,
            @Nullable LineId line) {
        this.id = id;
        this.caller = caller;
        this.callee = callee;
        this.offer = offer;
        this.offerHash = offerHash;
        this.offeredAt = offeredAt;
        this.expiresAt = expiresAt;
        this.clockWasRight = clockWasRight;
        this.line = line;
    }

    boolean isBetween(@Nullable PhoneNode one, PhoneNode other) {
        return one != null && (one == caller || other == caller);
    }

    /** Whether somebody of {@code who} did it. */
    static boolean anyOf(Set<PhoneNode> did, PrincipalId who, @Nullable PhoneNode besides) {
        for (PhoneNode phone : did) {
            if (phone != besides && phone.person().principal().equals(who)) {
                return true;
            }
        }
        return false;
    }

    List<PhoneNode> holders() {
        return List.copyOf(keys.keySet());
    }
}
