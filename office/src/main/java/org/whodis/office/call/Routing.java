package org.whodis.office.call;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.SubmitOutcome;

/**
 * What becomes of a submission or of the passing of time.
 *
 * @param call the call's new state, to be stored; null: nothing changes
 * @param targets whom the envelope goes to
 * @param missed whether the call's Offer becomes a missed call of the callee
 */
public record Routing(SubmitOutcome outcome, @Nullable CallRecord call, List<Target> targets, boolean missed) {
    public Routing {
        targets = List.copyOf(targets);
    }

    /** Some devices of one person. */
    public sealed interface Target {
        PrincipalId principal();
    }

    /** All of them, but not {@code except}. */
    public record AllDevices(
            PrincipalId principal, @Nullable DeviceId except) implements Target {}

    public record OneDevice(PrincipalId principal, DeviceId device) implements Target {}

    /** The same with a call of which {@code other} is the other office. */
    public Routing with(@Nullable OtherOffice other) {
        return call == null ? this : new Routing(outcome, call.with(other), targets, missed);
    }

    static Routing refused(SubmitOutcome outcome) {
        return new Routing(outcome, null, List.of(), false);
    }

    static Routing accepted(CallRecord call, Target... targets) {
        return new Routing(SubmitOutcome.ACCEPTED, call, List.of(targets), false);
    }
}
