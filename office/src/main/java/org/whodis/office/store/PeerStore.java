package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;

/** Other offices: their keys, whom the operator admits, what is still to be sent to them and what they had applied here. */
public interface PeerStore {
    /**
     * A request that was promised to somebody.
     *
     * @param officeKey the key that the other office must have; null: the one that it has
     */
    record Outgoing(OfficeDomain to, @Nullable Bytes officeKey, PeerRequest request) {}

    /** What the operator said of one office. */
    record Rule(OfficeDomain domain, boolean allowed) {}

    @Nullable
    PeerKeys find(OfficeDomain domain);

    void put(PeerKeys keys);

    /** There was a connection with {@code domain}, which is known, at {@code at}. */
    void seen(OfficeDomain domain, long at);

    /** Forgets the key of {@code domain}; false if there is none. */
    boolean forget(OfficeDomain domain);

    /**
     * The office that costs least to forget: not compared, without a rule, with nothing waiting for it, and one that was
     * seen for less than {@code span} from first to last, or not since {@code before}. Of these the one that was seen for
     * the shortest time, and of those the one that was seen longest ago; null if there is none.
     */
    @Nullable
    OfficeDomain leastKnown(long span, long before);

    /** All offices that are known, by name. */
    List<PeerKeys> all();

    int count();

    /** All rules, by name. */
    List<Rule> rules();

    @Nullable
    Rule rule(OfficeDomain domain);

    void put(Rule rule);

    /** Whether only offices that a rule allows are admitted. */
    boolean listedOnly();

    void listedOnly(boolean listed);

    /** Adds a request at the end of its office's queue. */
    void enqueue(Outgoing outgoing);

    /** Everything that waits, in the order in which it was enqueued. */
    List<Outgoing> outbox();

    /** How many requests wait for {@code domain}. */
    int queued(OfficeDomain domain);

    /** The request was answered, or nobody waits for it any more. */
    void done(Bytes requestId);

    /** The answer that {@code id} of {@code domain} got when it was applied. */
    @Nullable
    PeerAnswer applied(OfficeDomain domain, Bytes id);

    /**
     * Remembers the answer of a request that was applied.
     *
     * @param forgetAt later than any time at which the same request could be applied again, in office time
     */
    void apply(OfficeDomain domain, Bytes id, PeerAnswer answer, long forgetAt);

    /** How many answers are kept for {@code domain}. */
    int appliedCount(OfficeDomain domain);

    /** Forgets answers that are old, and requests whose deadline has passed. */
    void prune(OfficeMoment now);
}
