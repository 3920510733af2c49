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

    /** A knock as it was signed; the same nonce once more changes nothing. */
    void addKnock(Bytes nonce, PrincipalId knocker, OfficeDomain from, long receivedAt, long expiresAt, Bytes body);

    int countKnocks(long now);

    int countKnocks(PrincipalId knocker, long now);

    int countKnocks(OfficeDomain from, long now);

    /** The newest first. */
    List<Bytes> knocks(long now, int limit);

    void removeKnock(Bytes nonce);

    /** The last call of one caller to one callee; past {@code limit} in all the oldest go. */
    void addSentCall(SentCall call, int limit);

    /** The newest first. */
    List<SentCall> sentCalls(int limit);

    void prune(long now);
}
