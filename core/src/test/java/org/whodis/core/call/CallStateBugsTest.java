package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.NOW;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.identity.People;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.Proposal;
import org.whodis.core.wire.Bytes;

/** The bugs of call state machines that really happened, tried here by a hostile caller's device. */
class CallStateBugsTest {
    private final World world = new World(Cast.PEOPLE, 2019);
    private final Node a = world.node(Cast.ANNA, 0);
    private final Node b1 = world.node(Cast.BERT, 0);
    private final Node b2 = world.node(Cast.BERT, 1);
    private final Node carl = world.node(Cast.CARL, 0);
    private final Forger forger = new Forger(world, 5);
    private final CallId call = ring();

    private CallId ring() {
        CallId id = a.dial(b1);
        world.settle();
        return id;
    }

    /** FaceTime 2019: a third party, or the caller itself, was added while the call was still ringing. */
    @Test
    void bug1NobodyIsAddedWhileTheCallRings() throws MlsException {
        Bytes offerHash = offerHash();
        MlsGroup hostile = hostileGroup();
        for (Node added : List.of(carl, a, b2)) {
            Proposal add = new Proposal.Add(
                    forger.keyPackage(added, added, call, offerHash).keyPackage());
            PendingCommit commit = hostile.commit(List.of(add), People.random(1), NOW / 1000);
            sayAsCaller(new CallMessage.Group(commit.commitBytes()), Rejection.NO_GROUP);
            sayAsCaller(
                    forger.welcome(
                            a,
                            new CallWelcome(
                                            call,
                                            offerHash,
                                            Bytes.of(new byte[32]),
                                            Bytes.of(new byte[32]),
                                            commit.welcome().toBytes())
                                    .encode()),
                    Rejection.WRONG_STATE);
        }
        stillRingsAndConnectsOnlyWhoAnswers();
    }

    /** Signal 2019: the caller sent the callee's own "connected" message, and the callee went live. */
    @Test
    void bug2TheCallersConnectedMessageConnectsNobody() throws MlsException {
        Bytes connected = hostileGroup().protect(new GroupMessage.Connected().encode(), Bytes.EMPTY, People.random(2));
        sayAsCaller(new CallMessage.Group(connected), Rejection.NO_GROUP);
        b1.give(new CallInput.UserAnswer(call));
        sayAsCaller(new CallMessage.Group(connected), Rejection.NO_GROUP);
        world.settle();

        Call ours = ((Connected) a.engine.stateOf(call)).call();
        CallMessage genuine = ours.group().seal(new GroupMessage.Connected(), People.random(3));
        sayAsCaller(genuine, Rejection.WRONG_ROLE);
        assertThat(b1.state(call)).isEqualTo(State.CONNECTED);
    }

    /** Messenger 2020: a session update during ringing started to send. */
    @Test
    void bug3ARekeyBeforeTheAnswerStartsNothing() throws MlsException {
        MlsGroup hostile = hostileGroup();
        for (int update = 0; update < 3; update++) {
            PendingCommit commit = hostile.commit(List.of(), People.random(update), NOW / 1000);
            sayAsCaller(new CallMessage.Group(commit.commitBytes()), Rejection.NO_GROUP);
            hostile = commit.next();
        }
        sayAsCaller(forger.offer(a, offer()), Rejection.CALL_ID_SEEN);
        stillRingsAndConnectsOnlyWhoAnswers();
    }

    /** JioChat, Mocha: candidates inside the offer connected media early. */
    @Test
    void bug4NoMediaAndNoAddressBeforeTheAnswer() {
        world.pass(20_000);
        for (Node callee : List.of(b1, b2)) {
            assertThat(callee.outputs)
                    .noneMatch(output -> output instanceof CallOutput.JoinMedia)
                    .noneMatch(output -> output instanceof CallOutput.InstallEpoch);
            // All that a ringing device has said is that it rings: to the caller's device, and nothing of where it is.
            assertThat(world.transcript)
                    .filteredOn(envelope -> envelope.fromDevice().equals(callee.id))
                    .hasSize(1)
                    .allMatch(envelope -> World.decode(envelope) instanceof CallMessage.SignedNotice);
        }
        stillRingsAndConnectsOnlyWhoAnswers();
    }

    /**
     * Duo: a race between "disable track" and "connect". There is nothing to disable: whatever comes in whatever order, the
     * place in the room follows the answer and the keys follow the place. {@link RandomScheduleTest} tries the orders.
     */
    @Test
    void bug5NothingIsSwitchedOffInTimeBecauseNothingIsOnBefore() {
        b1.give(new CallInput.UserAnswer(call));
        world.settle();
        List<Class<?>> order = b1.outputs.stream()
                .<Class<?>>map(CallOutput::getClass)
                .filter(type -> type == CallOutput.RingStart.class
                        || type == CallOutput.RingStop.class
                        || type == CallOutput.JoinMedia.class
                        || type == CallOutput.InstallEpoch.class)
                .toList();
        assertThat(order)
                .containsExactly(
                        CallOutput.RingStart.class,
                        CallOutput.RingStop.class,
                        CallOutput.JoinMedia.class,
                        CallOutput.InstallEpoch.class);
    }

    /**
     * Glare, two answers, decline here and accept there, an offer that comes late, a crash while ringing, a hang-up that
     * crosses the answer. The others have tests of their own in {@link CallTest}; here are the last three of the callee.
     */
    @Test
    void bug6AcceptHereAndDeclineThereEndInOneOutcome() {
        b1.give(new CallInput.UserAnswer(call));
        b2.give(new CallInput.UserDecline(call));
        b2.submitNext();
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.DECLINED);
        assertThat(b1.ended(call)).isIn(EndReason.DECLINED_ELSEWHERE, EndReason.REFUSED_BY_OFFICE);
        assertThat(b1.inMedia).isEmpty();
        assertThat(a.inMedia).isEmpty();
    }

    @Test
    void bug6ACrashWhileRingingLeavesNothingThatConnectsByItself() {
        Bytes offer = offer();
        world.nodes.remove(b1.id);
        Node restarted = world.node(Cast.BERT, 0);
        assertThat(restarted.sounding).isEmpty();
        restarted.give(forger.from(a, restarted, a, call, forger.offer(a, offer)));
        assertThat(restarted.sounding).containsExactly(call);
        assertThat(restarted.inMedia).isEmpty();
        restarted.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(a.baseKeys.get(call)).isEqualTo(restarted.baseKeys.get(call));
    }

    @Test
    void bug6AnOfferThatComesLateDoesNotRing() {
        Bytes offer = offer();
        world.pass(45_000 + 60_001);
        Node late = world.node(Cast.BERT, 1);
        assertThat(Node.rejections(late.give(forger.from(a, late, a, call, forger.offer(a, offer)))))
                .containsExactly(Rejection.NOT_FRESH);
        assertThat(late.sounding).isEmpty();
    }

    private void sayAsCaller(CallMessage message, Rejection expected) {
        for (Node callee : List.of(b1)) {
            List<CallOutput> came = callee.give(forger.from(a, callee, a, call, message));
            assertThat(came).hasSize(1);
            assertThat(Node.rejections(came)).containsExactly(expected);
        }
    }

    private void stillRingsAndConnectsOnlyWhoAnswers() {
        assertThat(b1.sounding).containsExactly(call);
        assertThat(b1.inMedia).isEmpty();
        assertThat(b1.epochs).isEmpty();
        b1.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(b1.epochs.get(call).keys().leaves()).hasSize(2);
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
    }

    private Bytes offerHash() {
        return ((Ringing) b1.engine.stateOf(call)).call().offerHash;
    }

    private Bytes offer() {
        return ((Ringing) b1.engine.stateOf(call)).call().offer.encode();
    }

    /** A group under the call's id that the caller's device made before anybody answered. */
    private MlsGroup hostileGroup() {
        LeafKeys keys = LeafKeys.generate(TestPrimitives.SHARED, VerifiedOffer.SUITE, People.random(4));
        CallCredential says = new CallCredential(
                call,
                ((Ringing) b1.engine.stateOf(call)).call().offerHash,
                a.chain.principal(),
                a.chain.head(),
                a.id,
                keys.signatureKey(),
                keys.encryptionKey(),
                Bytes.EMPTY,
                CallCredential.Role.PRINCIPAL,
                NOW + 3_600_000);
        return MlsGroup.create(
                TestPrimitives.SHARED,
                call.value(),
                keys,
                forger.credential(a, says),
                Lifetime.around(NOW / 1000, 3600),
                (leaf, occasion) -> {},
                People.random(5));
    }
}
