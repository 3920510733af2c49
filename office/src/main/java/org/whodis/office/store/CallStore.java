package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.office.call.CallRecord;

/** The calls that offers have opened. */
public interface CallStore {
    @Nullable
    CallRecord find(CallId id);

    /** Adds the call or puts it in the place of its earlier state. */
    void put(CallRecord call);

    /** Those with {@link CallRecord#dueAt} at or before {@code now}, at most {@code limit}. */
    List<CallRecord> due(long now, int limit);

    /** The calls that have not ended in which {@code device} is: which it opened, or has answered. */
    List<CallRecord> openOf(DeviceId device);

    /** When the next call is due; {@link Long#MAX_VALUE} if none is. */
    long nextDue();

    /** How many calls {@code caller} has opened since {@code since}. */
    int openedBy(PrincipalId caller, long since);

    /** How many calls {@code caller} has opened to {@code callee} since {@code since}. */
    int opened(PrincipalId caller, PrincipalId callee, long since);

    int countOpen();

    void remove(CallId id);
}
