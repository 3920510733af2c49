package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.World.Node;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Offer;

/** A device remembers a call until no offer of it could be taken again, and {@link Limits#MAX_REMEMBERED} of them. */
class RememberedCallsTest {
    // Nobody forges anything here, and it is a thousand calls.
    private final Cast cast = new Cast(TestPrimitives.WITHOUT_FORGERS);
    private final World world = new World(cast.people(), TestPrimitives.WITHOUT_FORGERS, 11);
    private final Node a = world.node(cast.anna, 0);
    private final Node b = world.node(cast.bert, 0);
    private final Node carl = world.node(cast.carl, 0);

    @Test
    void whoeverHasTooManyCallsToRememberTakesNoneUntilTheFirstCanBeForgotten() {
        for (int i = 0; i < Limits.MAX_REMEMBERED; i++) {
            CallId call = a.dial(b);
            world.settle();
            a.give(new CallInput.UserHangUp(call));
            world.settle();
        }
        assertThat(dial(a, b)).containsExactly(Rejection.TOO_MANY_CALLS);
        carl.dial(b);
        world.settle();
        assertThat(b.rejections()).containsExactly(Rejection.TOO_MANY_CALLS);
        assertThat(b.sounding).isEmpty();

        // Its offer lived for 45 s, and two clocks may differ by a minute each from that of the caller.
        world.pass(Offer.MAX_LIFETIME_MILLIS + 2 * Limits.CLOCK_SKEW);
        assertThat(dial(a, b)).containsExactly(Rejection.TOO_MANY_CALLS);
        world.pass(1);
        assertThat(dial(a, b)).isEmpty();
        world.settle();
        assertThat(b.sounding).hasSize(1);
    }

    private static List<Rejection> dial(Node caller, Node callee) {
        return Node.rejections(caller.give(new CallInput.UserDial(callee.chain)));
    }
}
