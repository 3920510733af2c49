package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.NOW;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;

/** Calls as they go when the network does what it should. */
class CallTest {
    private final World world = new World(Cast.PEOPLE, 1);
    private final Node a = world.node(Cast.ANNA, 0);
    private final Node b1 = world.node(Cast.BERT, 0);
    private final Node b2 = world.node(Cast.BERT, 1);

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

    @Test
    void beforeTheAnswerTheCalleeHasNoKeyAndIsInNoRoom() {
        CallId call = a.dial(b1);
        world.settle();
        world.pass(30_000);
        for (Node callee : List.of(b1, b2)) {
            assertThat(callee.inMedia).isEmpty();
            assertThat(callee.epochs).isEmpty();
            assertThat(callee.outputs).noneMatch(output -> output instanceof CallOutput.JoinMedia);
        }
        assertThat(a.epochs).isEmpty();
        assertThat(a.inMedia).containsExactly(call);
    }

    @Test
    void aDeclineOnOneDeviceStopsTheOthers() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserDecline(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.DECLINED);
        assertThat(b1.ended(call)).isEqualTo(EndReason.DECLINED_HERE);
        assertThat(b2.ended(call)).isEqualTo(EndReason.DECLINED_ELSEWHERE);
        assertThat(b2.missed).isEmpty();
        over(call);
    }

    @Test
    void aCallRingsOnUntilTheDeskHasIt() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserSendToDesk(call));
        world.settle();
        assertThat(b1.views.get(call).state()).isEqualTo(CallView.State.RINGING);
        assertThat(b1.sounding).containsExactly(call);
        assertThat(b2.views.get(call).state()).isEqualTo(CallView.State.RINGING);
        assertThat(a.views.get(call).state()).isEqualTo(CallView.State.RINGING_THERE);

        // What the office was given is what ends it for everybody else, and nothing but the office has it.
        b1.toOffice.add(b1.forDesk.remove());
        b1.give(new CallInput.SentToDesk(call));
        world.settle();
        assertThat(b1.ended(call)).isEqualTo(EndReason.DECLINED_HERE);
        assertThat(b2.ended(call)).isEqualTo(EndReason.DECLINED_ELSEWHERE);
        assertThat(a.ended(call)).isEqualTo(EndReason.DECLINED);
        assertThat(b1.missed).isEmpty();
        assertThat(b2.missed).isEmpty();
        over(call);
    }

    @Test
    void aCallThatTheDeskDoesNotTakeCanBeAnswered() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserSendToDesk(call));
        b1.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(b1.views.get(call).state()).isEqualTo(CallView.State.CONNECTED);
        assertThat(Node.rejections(b1.give(new CallInput.SentToDesk(call)))).containsExactly(Rejection.WRONG_STATE);
        assertThat(a.views.get(call).state()).isEqualTo(CallView.State.CONNECTED);
    }

    @Test
    void aCallerWhoGivesUpLeavesAMissedCall() {
        CallId call = a.dial(b1);
        world.settle();
        a.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.CANCELLED);
        assertThat(b1.ended(call)).isEqualTo(EndReason.CANCELLED);
        assertThat(b1.missed).hasSize(1);
        assertThat(b1.missed.getFirst().caller().vouched().name()).isEqualTo("Anna");
        assertThat(b1.missed.getFirst().at()).isEqualTo(NOW);
        over(call);
    }

    @Test
    void aCallThatNobodyAnswersEndsWithItsOffer() {
        CallId call = a.dial(b1);
        world.settle();
        world.pass(44_999);
        assertThat(b1.sounding).containsExactly(call);
        world.pass(1);
        assertThat(a.ended(call)).isEqualTo(EndReason.NO_ANSWER);
        assertThat(b1.ended(call)).isEqualTo(EndReason.NO_ANSWER);
        assertThat(b1.missed).hasSize(1);
        world.settle();
        over(call);
    }

    @Test
    void anOfferToNobodyOnlineWaitsAndSaysSo() {
        Node c = world.node(Cast.CARL, 0);
        world.nodes.remove(c.id);
        CallId call = a.dial(c);
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.NOBODY_THERE);
        world.pass(45_000);
        assertThat(a.ended(call)).isEqualTo(EndReason.NO_ANSWER);
    }

    @Test
    void twoAnswersAtOnceLeaveOneCallAndTheProofOfIt() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserAnswer(call));
        b2.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(a.views.get(call).peer().device().id()).isEqualTo(b1.id);
        assertThat(b1.state(call)).isEqualTo(State.CONNECTED);
        assertThat(b2.ended(call)).isEqualTo(EndReason.ANSWERED_ELSEWHERE);
        assertThat(b2.inMedia).isEmpty();
        assertThat(b2.outputs).noneMatch(output -> output instanceof CallOutput.InstallEpoch);
    }

    @Test
    void anAnswerThatTheOfficeRefusedWithoutProofIsNotBelievedToBeElsewhere() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserAnswer(call));
        Envelope answer = b1.toOffice.remove();
        b1.give(new CallInput.SubmitAnswered(answer.id(), SubmitOutcome.ANSWERED_ELSEWHERE));
        assertThat(b1.state(call)).isEqualTo(State.CONNECTING);
        world.pass(10_000);
        assertThat(b1.ended(call)).isEqualTo(EndReason.NOT_CONNECTED);
    }

    @Test
    void anOfficeThatRefusesTheOfferEndsTheCall() {
        for (SubmitOutcome outcome : List.of(
                SubmitOutcome.UNKNOWN_RECIPIENT,
                SubmitOutcome.EXPIRED,
                SubmitOutcome.NOT_ALLOWED,
                SubmitOutcome.TOO_MANY,
                SubmitOutcome.ANSWERED_ELSEWHERE)) {
            CallId call = a.dial(b1);
            a.give(new CallInput.SubmitAnswered(a.toOffice.remove().id(), outcome));
            assertThat(a.ended(call)).as(outcome.name()).isEqualTo(EndReason.REFUSED_BY_OFFICE);
        }
    }

    @Test
    void aHangUpThatCrossesTheAnswerEndsTheCallOnBothSides() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserAnswer(call));
        a.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.CANCELLED);
        assertThat(b1.ended(call)).isEqualTo(EndReason.CANCELLED);
        assertThat(a.rejections()).containsExactly(Rejection.CALL_ENDED);
        assertThat(b1.missed).isEmpty();
        over(call);
    }

    @Test
    void whoeverHangsUpBeforeTheWelcomeCameEndsTheCallOnBothSides() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserAnswer(call));
        b1.submitNext();
        a.deliverNext();
        assertThat(a.state(call)).isEqualTo(State.CONNECTING);
        b1.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
        assertThat(b1.ended(call)).isEqualTo(EndReason.HUNG_UP_HERE);
        over(call);
    }

    @Test
    void aWelcomeThatNeverComesEndsTheCallInTenSeconds() {
        CallId call = a.dial(b1);
        world.settle();
        b1.give(new CallInput.UserAnswer(call));
        b1.submitNext();
        a.deliverNext();
        a.toOffice.clear();
        world.pass(10_000);
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.NOT_CONNECTED);
        assertThat(b1.ended(call)).isEqualTo(EndReason.NOT_CONNECTED);
        over(call);
    }

    @Test
    void mediaThatIsLostEndsTheCallOnBothSides() {
        CallId call = connect(a, b1);
        a.give(new CallInput.MediaLost(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.MEDIA_LOST);
        assertThat(b1.ended(call)).isEqualTo(EndReason.FAILED_THERE);
        over(call);
    }

    @Test
    void aDeviceThatLostTheCallAndCallsAnewEndsItAndRings() {
        CallId lost = connect(a, b1);
        Node restarted = world.node(Cast.BERT, 0);
        world.pass(1);
        CallId anew = restarted.dial(a);
        world.settle();
        assertThat(a.ended(lost)).isEqualTo(EndReason.FAILED_THERE);
        assertThat(a.epochs).isEmpty();
        assertThat(a.inMedia).isEmpty();
        assertThat(a.sounding).containsExactly(anew);
        a.give(new CallInput.UserAnswer(anew));
        world.settle();
        assertThat(a.state(anew)).isEqualTo(State.CONNECTED);
        assertThat(restarted.state(anew)).isEqualTo(State.CONNECTED);
    }

    @Test
    void anOtherDeviceOfThePersonOneTalksToEndsNothingByCalling() {
        CallId call = connect(a, b1);
        world.pass(1);
        CallId second = b2.dial(a);
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(a.state(second)).isEqualTo(State.WAITING);
    }

    @Test
    void anOfferThatTheOfficeKeptBackUntilTheNextCallEndsNothing() {
        CallId first = b1.dial(a);
        Envelope offer = b1.toOffice.remove();
        b1.give(new CallInput.UserHangUp(first));
        b1.toOffice.clear();
        world.pass(1);
        CallId call = connect(a, b1);
        a.give(new CallInput.EnvelopeArrived(world.office.delivery(offer)));
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(a.state(first)).isEqualTo(State.WAITING);
    }

    @Test
    void wordsThatMatchPinWhomTheyWereComparedWith() {
        CallId call = connect(a, b1);
        a.give(new CallInput.UserSaysWordsMatch(call, true));
        assertThat(a.pins).containsExactly(Pin.of(b1.chain, NOW));
        assertThat(a.views.get(call).peer().assurance()).isEqualTo(new Assurance.Compared(NOW, 0));
        a.give(new CallInput.UserHangUp(call));
        world.settle();

        CallId back = b1.dial(a);
        world.settle();
        assertThat(a.views.get(back).peer().assurance()).isEqualTo(new Assurance.Compared(NOW, 0));
        assertThat(b1.pins).isEmpty();
    }

    @Test
    void wordsThatDifferRaiseTheAlarmOnBothSidesAndEndTheCall() {
        CallId call = connect(a, b1);
        b1.give(new CallInput.UserSaysWordsMatch(call, false));
        assertThat(b1.alarms)
                .extracting(CallOutput.Alarm::kind)
                .containsExactly(CallOutput.AlarmKind.WORDS_DIFFER_HERE);
        assertThat(b1.ended(call)).isEqualTo(EndReason.WORDS_DIFFER);
        assertThat(b1.pins).isEmpty();
        world.settle();
        assertThat(a.alarms)
                .extracting(CallOutput.Alarm::kind)
                .containsExactly(CallOutput.AlarmKind.WORDS_DIFFER_THERE);
        assertThat(a.ended(call)).isEqualTo(EndReason.WORDS_DIFFER_THERE);
        over(call);
    }

    @Test
    void somebodyElseUnderTheNameOfAPinnedPersonRingsWithTheAlarm() {
        b1.give(new CallInput.PinsChanged(List.of(Pin.of(Cast.ANNA.chain(), NOW))));
        Node impostor = world.node(Cast.OTHER_ANNA, 0);
        CallId call = impostor.dial(b1);
        world.settle();
        assertThat(b1.views.get(call).peer().assurance()).isEqualTo(new Assurance.NotWhoYouCompared(NOW));
    }

    @Test
    void aSecondCallIsShownInSilenceAndNeverMixed() {
        Node c = world.node(Cast.CARL, 0);
        CallId first = connect(a, b1);
        CallId second = c.dial(b1);
        world.settle();
        assertThat(b1.state(second)).isEqualTo(State.WAITING);
        assertThat(b1.sounding).isEmpty();
        assertThat(b2.sounding).containsExactly(second);
        assertThat(World.Node.rejections(b1.give(new CallInput.UserAnswer(second))))
                .containsExactly(Rejection.IN_ANOTHER_CALL);

        b1.give(new CallInput.UserDecline(second));
        world.settle();
        assertThat(c.ended(second)).isEqualTo(EndReason.BUSY);
        assertThat(b2.ended(second)).isEqualTo(EndReason.DECLINED_ELSEWHERE);
        assertThat(b1.state(first)).isEqualTo(State.CONNECTED);
    }

    @Test
    void aCallThatWaitedRingsWhenTheFirstIsOver() {
        Node c = world.node(Cast.CARL, 0);
        CallId first = connect(a, b1);
        CallId second = c.dial(b1);
        world.settle();
        b1.give(new CallInput.UserHangUp(first));
        assertThat(b1.sounding).containsExactly(second);
        assertThat(b1.inMedia).isEmpty();
        world.settle();
        b1.give(new CallInput.UserAnswer(second));
        world.settle();
        assertThat(c.state(second)).isEqualTo(State.CONNECTED);
    }

    @Test
    void nobodyDialsWhileInACallOrThemselves() {
        CallId call = a.dial(b1);
        assertThat(World.Node.rejections(a.give(new CallInput.UserDial(Cast.CARL.chain()))))
                .containsExactly(Rejection.IN_ANOTHER_CALL);
        a.give(new CallInput.UserHangUp(call));
        assertThat(World.Node.rejections(a.give(new CallInput.UserDial(Cast.ANNA.chain()))))
                .containsExactly(Rejection.OWN_PRINCIPAL);
    }

    @Test
    void inGlareTheLowerOfferLivesAndNothingIsAnsweredByItself() {
        for (int round = 0; round < 4; round++) {
            CallId fromA = a.dial(b1);
            CallId fromB = b1.dial(a);
            world.settle();
            boolean aLives = b1.sounding.contains(fromA);
            Node caller = aLives ? a : b1;
            Node callee = aLives ? b1 : a;
            CallId lives = aLives ? fromA : fromB;
            CallId dropped = aLives ? fromB : fromA;
            assertThat(caller.state(lives)).isEqualTo(State.RINGING_THERE);
            assertThat(callee.sounding).containsExactly(lives);
            assertThat(callee.ended(dropped)).isEqualTo(EndReason.GLARE);
            assertThat(callee.inMedia).isEmpty();
            assertThat(caller.rejections()).contains(Rejection.OUR_OFFER_IS_LOWER);
            assertThat(b2.sounding).isSubsetOf(fromA);

            callee.give(new CallInput.UserAnswer(lives));
            world.settle();
            assertThat(caller.state(lives)).isEqualTo(State.CONNECTED);
            assertThat(callee.state(lives)).isEqualTo(State.CONNECTED);
            caller.give(new CallInput.UserHangUp(lives));
            world.settle();
            world.pass(120_000);
            world.settle();
        }
    }

    @Test
    void theDroppedOfferOfGlareStopsRingingOnTheOtherDevices() {
        Node a2 = world.node(Cast.ANNA, 1);
        CallId fromA = a.dial(b1);
        CallId fromB = b1.dial(a);
        world.settle();
        Node other = b1.sounding.contains(fromA) ? a2 : b2;
        CallId dropped = b1.sounding.contains(fromA) ? fromB : fromA;
        assertThat(other.sounding).doesNotContain(dropped);
    }

    @Test
    void aSessionThatIsLostEndsNoCallAndWhatWasSaidIsSaidAgain() {
        CallId call = a.dial(b1);
        world.settle();
        b1.sessionDown();
        b1.give(new CallInput.UserAnswer(call));
        assertThat(b1.toOffice).isEmpty();
        b1.sessionUp();
        Envelope answer = b1.toOffice.getFirst();
        b1.sessionDown();
        b1.sessionUp();
        assertThat(b1.toOffice).containsExactly(answer);
        world.settle();
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);

        a.sessionDown();
        b1.sessionDown();
        world.pass(3_600_000);
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        assertThat(b1.state(call)).isEqualTo(State.CONNECTED);
        a.sessionUp();
        b1.sessionUp();
        b1.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
    }

    @Test
    void anOfferThatWasNeverSubmittedIsWithdrawnWithoutAWord() {
        a.sessionDown();
        CallId call = a.dial(b1);
        a.give(new CallInput.UserHangUp(call));
        a.sessionUp();
        assertThat(a.toOffice).isEmpty();
    }

    @Test
    void aResponseThatWasLostDoesNotDoubleTheCall() {
        CallId call = a.dial(b1);
        Envelope offer = a.toOffice.getFirst();
        world.office.submit(a, offer);
        a.sessionDown();
        a.sessionUp();
        assertThat(a.toOffice).containsExactly(offer);
        world.settle();
        assertThat(b1.outputs)
                .filteredOn(output -> output instanceof CallOutput.RingStart)
                .hasSize(1);
        assertThat(a.state(call)).isEqualTo(State.RINGING_THERE);
    }

    @Test
    void inGlareWhileOthersWaitTheLowerOfferRingsAllTheSame() {
        Node c = world.node(Cast.CARL, 0);
        Forger forger = new Forger(world, 9);
        CallId ours = a.dial(b1);
        world.settle();
        for (int i = 0; i < Limits.MAX_WAITING; i++) {
            CallId waiting = new CallId(forger.bytes(16));
            a.give(forger.from(
                    c,
                    a,
                    c,
                    waiting,
                    forger.offer(c, forger.newOffer(c, a, waiting).encode())));
            assertThat(a.state(waiting)).isEqualTo(State.WAITING);
        }
        Bytes ourHash = ((Dialling) a.engine.stateOf(ours)).call().offerHash;
        CallId theirs;
        Bytes lower;
        do {
            theirs = new CallId(forger.bytes(16));
            lower = forger.newOffer(b1, a, theirs).encode();
        } while (Offer.hash(TestPrimitives.SHARED, lower).compareTo(ourHash) > 0);
        assertThat(World.Node.rejections(a.give(forger.from(b1, a, b1, theirs, forger.offer(b1, lower)))))
                .isEmpty();
        assertThat(a.ended(ours)).isEqualTo(EndReason.GLARE);
        assertThat(a.sounding).containsExactly(theirs);
    }

    /** Else whoever dates offers ahead fills the memory for good, and nobody can call or be called any more. */
    @Test
    void aMissedCallFromTheYear9999IsNotRememberedUntilThen() {
        Forger forger = new Forger(world, 10);
        CallId call = new CallId(forger.bytes(16));
        Offer today = forger.newOffer(a, b1, call);
        Offer ahead = new Offer(
                call,
                today.commitment(),
                today.caller(),
                today.callerDevice(),
                today.callee(),
                today.suites(),
                Check.LAST_TIME - 1,
                Check.LAST_TIME);
        Envelope envelope = forger.from(a, b1, b1, call, forger.offer(a, ahead.encode()))
                .delivery()
                .envelope();
        b1.give(new CallInput.EnvelopeArrived(new Delivery(1, Delivery.Kind.MISSED, NOW, envelope)));
        assertThat(b1.missed).hasSize(1);
        Ended remembered = (Ended) b1.engine.stateOf(call);
        assertThat(remembered.isForgettable(NOW + 60_000)).isFalse();
        assertThat(remembered.isForgettable(NOW + 5 * 60_000)).isTrue();
    }

    @Test
    void aCallThatTheOfficeGaveUpWhileItRingsIsShownAsMissedAtOnce() {
        CallId call = a.dial(b1);
        world.settle();
        assertThat(b1.sounding).containsExactly(call);
        b1.give(new CallInput.EnvelopeArrived(world.office.missed(call)));
        assertThat(b1.sounding).isEmpty();
        assertThat(b1.ended(call)).isEqualTo(EndReason.NO_ANSWER);
        assertThat(b1.missed).hasSize(1);
        world.pass(60_000);
        assertThat(b1.missed).hasSize(1);
    }

    @Test
    void anOfferThatCouldNotRingIsShownOnceItIsMissed() {
        // Carl's clock is behind: the offer is from the future and refused. Then the office gives it as a missed call.
        Node c = world.node(Cast.CARL, 0);
        world.now -= 2 * 60 * 60 * 1000;
        c.give(new CallInput.Tick());
        world.now += 2 * 60 * 60 * 1000;
        CallId call = a.dial(c);
        a.submitNext();
        world.now -= 2 * 60 * 60 * 1000;
        assertThat(World.Node.rejections(c.deliverNext())).containsExactly(Rejection.NOT_FRESH);
        c.give(new CallInput.EnvelopeArrived(world.office.missed(call)));
        assertThat(c.missed).extracting(CallOutput.MissedCall::callId).containsExactly(call);
    }

    @Test
    void aMissedCallThatTheOfficeKeptIsShownAndNeverRings() {
        Node c = world.node(Cast.CARL, 0);
        world.nodes.remove(c.id);
        CallId call = a.dial(c);
        world.settle();
        world.pass(3 * DAY);
        c.give(new CallInput.EnvelopeArrived(world.office.missed(call)));
        assertThat(c.missed).extracting(CallOutput.MissedCall::callId).containsExactly(call);
        assertThat(c.missed.getFirst().at()).isEqualTo(NOW);
        assertThat(c.outputs).noneMatch(output -> output instanceof CallOutput.RingStart);
        assertThat(World.Node.rejections(c.give(new CallInput.EnvelopeArrived(world.office.missed(call)))))
                .containsExactly(Rejection.DUPLICATE_ENVELOPE);
        assertThat(c.missed).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackStopsNoTimer() {
        CallId call = a.dial(b1);
        world.settle();
        world.now -= DAY;
        for (Node node : List.of(a, b1)) {
            node.give(new CallInput.Tick());
            assertThat(node.engine.nextTimeout()).isEqualTo(world.now + 45_000);
        }
        world.pass(45_000);
        assertThat(a.ended(call)).isEqualTo(EndReason.NO_ANSWER);
        assertThat(b1.ended(call)).isEqualTo(EndReason.NO_ANSWER);
    }

    @Test
    void aClockThatJumpsEndsNoConnectedCall() {
        CallId call = connect(a, b1);
        world.pass(DAY);
        world.now -= 2 * DAY;
        a.give(new CallInput.Tick());
        b1.give(new CallInput.Tick());
        assertThat(a.state(call)).isEqualTo(State.CONNECTED);
        b1.give(new CallInput.UserHangUp(call));
        world.settle();
        assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
    }

    @Test
    void aFloodOfCallsIsShownUpToALimit() {
        connect(a, b1);
        List<CallId> flood = new ArrayList<>();
        for (int i = 0; i < Limits.MAX_WAITING + 2; i++) {
            Node c = new World(Cast.PEOPLE, 100 + i).node(Cast.CARL, 0);
            flood.add(c.dial(b1));
            b1.give(new CallInput.EnvelopeArrived(world.office.delivery(c.toOffice.getFirst())));
        }
        assertThat(flood).filteredOn(b1.views::containsKey).hasSize(Limits.MAX_WAITING);
        assertThat(b1.rejections()).containsExactly(Rejection.TOO_MANY_CALLS, Rejection.TOO_MANY_CALLS);
    }

    @Test
    void aDeviceAddedAfterTheCallerLastLookedCanAnswer() {
        People people = new People(77);
        Person late = people.person("Late", NOW - DAY);
        World other = new World(people, 5);
        Node caller = other.node(people.person("Caller", NOW - DAY), 0);
        VerifiedChain before = late.chain();
        late.addDevice(0, NOW - 1);
        Node added = other.node(late, 1);
        caller.give(new CallInput.UserDial(before));
        other.settle();
        CallId call = added.sounding.iterator().next();
        added.give(new CallInput.UserAnswer(call));
        other.settle();
        assertThat(caller.state(call)).isEqualTo(State.CONNECTED);
        assertThat(caller.views.get(call).peer().assurance())
                .isEqualTo(new Assurance.NewDevice(NOW - 1, late.device(0)));
    }

    private CallId connect(Node caller, Node callee) {
        CallId call = caller.dial(callee);
        world.settle();
        callee.give(new CallInput.UserAnswer(call));
        world.settle();
        assertThat(caller.state(call)).isEqualTo(State.CONNECTED);
        assertThat(callee.state(call)).isEqualTo(State.CONNECTED);
        return call;
    }

    /** Nothing of the call is left on any device. */
    private void over(CallId call) {
        for (Node node : world.nodes.values()) {
            assertThat(node.sounding).doesNotContain(call);
            assertThat(node.inMedia).doesNotContain(call);
            assertThat(node.epochs).doesNotContainKey(call);
            assertThat(node.engine.nextTimeout()).isEqualTo(CallEngine.NEVER);
        }
    }
}
