package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.wire.Bytes;

/** The lines that people of this office gave, and who else tried them (protocol section 7). */
public interface LineStore {
    /**
     * A line.
     *
     * @param renewedBy the line that has taken its place
     */
    record Line(LineFacts facts, @Nullable LineId renewedBy) {}

    /** What is kept of a line as it was signed. */
    enum Statement {
        ISSUE,
        REDEMPTION,
        DECISION,
        WITHDRAWAL
    }

    @Nullable
    Line find(LineId id);

    int countOf(PrincipalId issuer);

    /** Adds a line that is not there, with the statement that issued it. */
    void add(LineFacts line, long issuedAt, Bytes issue);

    void update(LineId line, LineFacts.State state, @Nullable LineHolder holder);

    /** {@code old} is withdrawn, and its holder will be told of {@code renewed}. */
    void replace(LineId old, LineId renewed);

    void put(LineId line, Statement kind, Bytes body);

    @Nullable
    Bytes statement(LineId line, Statement kind);

    /** Lines of {@code issuer} in the order of their ids after {@code after}, at most {@code limit}. */
    List<LineId> list(PrincipalId issuer, @Nullable LineId after, int limit);

    /** The incidents of a line, the latest first, at most {@code limit}. */
    List<LineIncident> incidents(LineId line, int limit);

    /** From now on these are the incidents of {@code line}; no two of one kind, identity and office. */
    void putIncidents(LineId line, List<LineIncident> incidents);

    void clearIncidents(LineId line);

    /** Lines with incidents, the latest first. */
    List<LineId> withIncidents(int limit);
}
