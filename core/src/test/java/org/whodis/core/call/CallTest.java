package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.NOW;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.message.CallId;

/** Calls as they go when the network does what it should. */
class CallTest {
    private final World world = new World(1);
    private final Person anna = world.people.person("Anna", NOW - 10 * DAY);
    private final Person bert = world.people.person("Bert", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
    private final Node a = world.node(anna, 0);
    private final Node b1 = world.node(bert, 0);
    private final Node b2 = world.node(bert, 1);

    @Test
    void twoPeopleTalk() {
        CallId call = a.dial(b1);
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.RINGING_THERE);
        assertThat(b1.sounding).containsExactly(call);
        assertThat(b2.sounding).containsExactly(call);
        assertThat(b1.views.get(call).peer().vouched().name()).isEqualTo("Anna");
        assertThat(b1.views.get(call).peer().assurance()).isEqualTo(new Assurance.VouchedForByOffice(People.DOMAIN));

        b2.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(b2.state(call)).isEqualTo(State.CONNECTED);
        assertThat(a.views.get(call).peer().device().id()).isEqualTo(b2.id);
        assertThat(a.views.get(call).words())
                .hasSize(4)
                .isEqualTo(b2.views.get(call).words());
        assertThat(a.baseKeys.get(call)).isEqualTo(b2.baseKeys.get(call));
        assertThat(a.epochs.get(call).ownLeaf()).isZero();
        assertThat(b2.epochs.get(call).ownLeaf()).isEqualTo(1);
        assertThat(a.epochs.get(call).keys().leaves()).containsExactly(0, 1);
        assertThat(a.epochs.get(call).keys().epoch()).isEqualTo(1);
        assertThat(b1.sounding).isEmpty();
        assertThat(b1.ended(call)).isEqualTo(EndReason.ANSWERED_ELSEWHERE);
        assertThat(b1.inMedia).isEmpty();

        a.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_HERE);
        assertThat(b2.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
        for (Node node : List.of(a, b1, b2)) {
            assertThat(node.epochs).isEmpty();
            assertThat(node.inMedia).isEmpty();
            assertThat(node.rejections()).isEmpty();
            assertThat(node.engine.nextTimeout()).isEqualTo(CallEngine.NEVER);
        }
    }
}
