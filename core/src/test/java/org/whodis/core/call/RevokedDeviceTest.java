package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.NOW;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.People.Person;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallId;

/** Devices that are taken out of their chain before, while and after they call. */
class RevokedDeviceTest {
    private final World world = new World(Cast.PEOPLE, 5);
    private final Node a = world.node(Cast.ANNA, 0);
    private final Node b1 = world.node(Cast.BERT, 0);
    private final Node b2 = world.node(Cast.BERT, 1);

    /** Bert's second device has taken the first one out. */
    private final VerifiedChain without1 = revoked(Cast.BERT, 0, 1);

    private static VerifiedChain revoked(Person person, int revoked, int signer) {
        try {
            HybridKeyPair key = person.keys.get(signer);
            return RevokeDevice.sign(
                            TestPrimitives.SHARED,
                            Cast.PEOPLE.random(),
                            Cast.PEOPLE.offices(),
                            person.chain(),
                            person.device(revoked),
                            key,
                            NOW)
                    .chain();
        } catch (IdentityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void aCallWithADeviceThatIsTakenOutEndsAtOnceAndNothingMoreIsSaidToIt() {
        CallId call = connect(a, b1);
        a.give(new CallInput.ChainLearned(without1));
        assertThat(a.ended(call)).isEqualTo(EndReason.DEVICE_REVOKED_THERE);
        assertThat(a.toOffice).as("whoever holds it hears nothing").isEmpty();
        over(a, call);
        b1.give(new CallInput.UserHangUp(call));
        b1.submitNext();
        a.deliverNext();
        assertThat(a.rejections()).containsExactly(Rejection.CALL_ENDED);
    }

    @Test
    void theDeviceThatIsTakenOutEndsItsCallsWhenItLearnsOfItAndCallsNobodyAnyMore() {
        CallId call = connect(a, b1);
        b1.give(new CallInput.OwnChainChanged(without1));
        assertThat(b1.ended(call)).isEqualTo(EndReason.DEVICE_REVOKED_HERE);
        assertThat(b1.toOffice).isEmpty();
        over(b1, call);
        b1.give(new CallInput.UserDial(a.chain));
        assertThat(b1.rejections()).containsExactly(Rejection.THIS_DEVICE_REVOKED);
    }

    @Test
    void nothingArrivesAtADeviceThatKnowsItIsOut() {
        b1.give(new CallInput.OwnChainChanged(without1));
        CallId call = a.dial(b1);
        world.settle();
        assertThat(b1.sounding).isEmpty();
        assertThat(b1.rejections()).containsOnly(Rejection.THIS_DEVICE_REVOKED);
        assertThat(b2.sounding).containsExactly(call);
    }

    @Test
    void aDeviceThatWasTakenOutDoesNotRingThoughItShowsTheChainOfBefore() {
        a.give(new CallInput.ChainLearned(without1));
        CallId call = b1.dial(a);
        world.settle();
        assertThat(a.sounding).isEmpty();
        assertThat(a.views).doesNotContainKey(call);
        assertThat(a.rejections()).containsExactly(Rejection.UNKNOWN_DEVICE);
        CallId other = b2.dial(a);
        world.settle();
        assertThat(a.sounding)
                .as("the other one, which knows nothing of it yet, does")
                .containsExactly(other);
    }

    @Test
    void aDeviceThatWasTakenOutDoesNotAnswerThoughItShowsTheChainOfBefore() {
        CallId call = a.dial(b1);
        world.settle();
        a.give(new CallInput.ChainLearned(without1));
        assertThat(a.state(call)).as("the person may answer on another device").isEqualTo(State.RINGING_THERE);
        b1.give(new CallInput.UserAnswer(call));
        b1.submitNext();
        a.deliverNext();
        assertThat(a.state(call)).isEqualTo(State.RINGING_THERE);
        assertThat(a.rejections()).containsExactly(Rejection.UNKNOWN_DEVICE);
        assertThat(a.epochs).isEmpty();
    }

    @Test
    void aDeviceThatWasTakenOutDeclinesNothing() {
        CallId call = a.dial(b1);
        world.settle();
        a.give(new CallInput.ChainLearned(without1));
        b1.give(new CallInput.UserDecline(call));
        b1.submitNext();
        a.deliverNext();
        assertThat(a.state(call)).isEqualTo(State.RINGING_THERE);
        assertThat(a.rejections()).containsExactly(Rejection.UNKNOWN_DEVICE);
    }

    @Test
    void aCallOfADeviceThatIsTakenOutStopsRinging() {
        CallId call = b1.dial(a);
        world.settle();
        assertThat(a.sounding).containsExactly(call);
        a.give(new CallInput.ChainLearned(without1));
        assertThat(a.ended(call)).isEqualTo(EndReason.DEVICE_REVOKED_THERE);
        assertThat(a.missed).isEmpty();
        over(a, call);
    }

    @Test
    void aCallThatIsBeingConnectedEndsOnEitherSide() {
        CallId call = b1.dial(a);
        world.settle();
        a.give(new CallInput.UserAnswer(call));
        a.give(new CallInput.ChainLearned(without1));
        assertThat(a.ended(call)).isEqualTo(EndReason.DEVICE_REVOKED_THERE);
        over(a, call);

        World second = new World(Cast.PEOPLE, 6);
        Node caller = second.node(Cast.ANNA, 0);
        Node callee = second.node(Cast.BERT, 0);
        CallId other = caller.dial(callee);
        second.settle();
        callee.give(new CallInput.UserAnswer(other));
        callee.submitNext();
        caller.deliverNext();
        assertThat(caller.state(other)).isEqualTo(State.CONNECTING);
        caller.give(new CallInput.ChainLearned(without1));
        assertThat(caller.ended(other)).isEqualTo(EndReason.DEVICE_REVOKED_THERE);
        over(caller, other);
    }

    @Test
    void aCallWithAnotherDeviceOfThePersonGoesOn() {
        CallId call = connect(a, b2);
        a.give(new CallInput.ChainLearned(without1));
        b2.give(new CallInput.OwnChainChanged(without1));
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(b2.state(call)).isEqualTo(State.CONNECTED);
        b2.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
    }

    @Test
    void aDeviceThatWasDialledBeforeItsOwnerTookAnotherOutAnswersUnderTheLongerChain() {
        CallId call = a.dial(b2);
        world.settle();
        b2.give(new CallInput.OwnChainChanged(without1));
        b2.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(a.views.get(call).words()).isEqualTo(b2.views.get(call).words());
    }

    private CallId connect(Node caller, Node callee) {
        CallId call = caller.dial(callee);
        world.settle();
        callee.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(List.of(caller.state(call), callee.state(call))).containsOnly(State.CONNECTED);
        return call;
    }

    private static void over(Node node, CallId call) {
        assertThat(node.sounding).isEmpty();
        assertThat(node.inMedia).isEmpty();
        assertThat(node.epochs).isEmpty();
        assertThat(node.state(call)).isEqualTo(State.ENDED);
        assertThat(node.engine.nextTimeout()).isEqualTo(CallEngine.NEVER);
    }
}
