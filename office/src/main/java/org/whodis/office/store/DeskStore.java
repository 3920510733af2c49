package org.whodis.office.store;

import java.util.List;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LinePages.SentCall;
import org.whodis.core.wire.Bytes;

/** Who sits at the desk, and what waits there (protocol section 7). */
public interface DeskStore {
    List<PrincipalId> people();

    void add(PrincipalId principal, long at);

    boolean remove(PrincipalId principal);

    boolean contains(PrincipalId principal);

    /** A knock as it was signed. The same nonce once more changes nothing and gives false, also if it was dismissed. */
    boolean addKnock(Bytes nonce, PrincipalId knocker, OfficeDomain from, long receivedAt, long expiresAt, Bytes body);

    /** Of those that wait: not expired and not dismissed. */
    int countKnocks(long now);

    int countKnocks(PrincipalId knocker, long now);

    int countKnocks(OfficeDomain from, long now);

    /** The newest first. */
    List<Bytes> knocks(long now, int limit);

    /**
     * A knock was dealt with. Its content goes; its nonce is remembered until it expires, so that nobody sends it once more.
     * Past {@code limit} dismissed ones those that expire first are forgotten.
     */
    void dismissKnock(Bytes nonce, int limit);

    /** The last call of one caller to one callee; past {@code limit} in all the oldest go. */
    void addSentCall(SentCall call, int limit);

    /** The newest first. */
    List<SentCall> sentCalls(int limit);

    void prune(long now);
}
