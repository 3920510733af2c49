package org.whodis.core.call;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whodis.core.call.World.Node;
import org.whodis.core.crypto.SecretWatch;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.mls.MlsException;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Calls that end in every way there is, in a world that tells of every secret: afterwards there are those of the devices and no
 * others ({@code ErasedSecretsTest}).
 */
public final class CallForgets {
    private static final String HOSTILE = "made by somebody hostile";

    private final World world = new World(Cast.PEOPLE, 8);
    private final Node a = world.node(Cast.ANNA, 0);
    private final Node b = world.node(Cast.BERT, 0);
    private final Node b2 = world.node(Cast.BERT, 1);

    private CallForgets() {}

    private interface Story {
        void tell(CallForgets cast) throws MlsException, DecodeException;
    }

    /** What is left of each story, and how many were told. */
    public static Object[] run(boolean withTraces) throws MlsException, DecodeException {
        Map<String, Story> stories = new LinkedHashMap<>();
        stories.put("the caller hangs up", it -> it.a.give(new CallInput.UserHangUp(it.connected())));
        stories.put("the callee hangs up", it -> it.b.give(new CallInput.UserHangUp(it.connected())));
        stories.put("the words differ", it -> it.a.give(new CallInput.UserSaysWordsMatch(it.connected(), false)));
        stories.put("the sound is lost", it -> it.b.give(new CallInput.MediaLost(it.connected())));
        stories.put("the callee declines", it -> it.b.give(new CallInput.UserDecline(it.ringing())));
        stories.put("the caller gives up", it -> it.a.give(new CallInput.UserHangUp(it.ringing())));
        stories.put("nobody answers", CallForgets::ringing);
        stories.put("the office refuses the offer", it -> {
            it.a.dial(it.b);
            it.a.give(new CallInput.SubmitAnswered(it.a.toOffice.remove().id(), SubmitOutcome.NOT_ALLOWED));
        });
        stories.put("the office refuses the answer", it -> {
            CallId call = it.ringing();
            it.b.give(new CallInput.UserAnswer(call));
            it.b.give(new CallInput.SubmitAnswered(it.b.toOffice.remove().id(), SubmitOutcome.NOT_ALLOWED));
        });
        stories.put("no answer arrives", it -> {
            it.b.give(new CallInput.UserAnswer(it.ringing()));
            it.b.toOffice.clear();
        });
        stories.put("no Welcome arrives", CallForgets::welcome);
        stories.put("the callee hangs up before the Welcome", it -> {
            it.welcome();
            it.b.give(new CallInput.UserHangUp(it.b.answered.iterator().next()));
        });
        stories.put("the other device answers first", it -> {
            CallId call = it.ringing();
            it.b2.give(new CallInput.UserAnswer(call));
            it.b.give(new CallInput.UserAnswer(call));
            it.b.submitNext();
            it.world.settle();
            it.a.give(new CallInput.UserHangUp(call));
        });
        stories.put("both call at once", it -> {
            it.a.dial(it.b);
            it.b.dial(it.a);
        });
        stories.put("Welcomes come that are forged", CallForgets::forgedWelcomes);
        List<String> left = new ArrayList<>();
        for (Map.Entry<String, Story> each : stories.entrySet()) {
            CallForgets told = new CallForgets();
            SecretWatch.takeAlive();
            SecretWatch.traces(withTraces);
            SecretWatch.during(each.getKey());
            each.getValue().tell(told);
            told.world.settle();
            told.world.pass(3 * 60_000);
            told.world.settle();
            for (String leak : SecretWatch.takeAlive()) {
                if (!leak.startsWith(HOSTILE)) {
                    left.add(leak);
                }
            }
            for (Node node : told.world.nodes.values()) {
                if (!node.epochs.isEmpty() || !node.inMedia.isEmpty() || !node.sounding.isEmpty()) {
                    left.add(each.getKey() + ": " + node.id + " is still in a call");
                }
            }
        }
        return new Object[] {left, stories.size()};
    }

    private CallId ringing() {
        CallId call = a.dial(b);
        world.settle();
        return call;
    }

    private CallId connected() {
        CallId call = ringing();
        b.give(new CallInput.UserAnswer(call));
        world.settle();
        if (a.state(call) != CallView.State.CONNECTED || b.state(call) != CallView.State.CONNECTED) {
            throw new AssertionError("not connected");
        }
        return call;
    }

    /** The Welcome that the caller sends, taken out of its queue. */
    private CallWelcome welcome() throws DecodeException {
        CallId call = ringing();
        b.give(new CallInput.UserAnswer(call));
        b.submitNext();
        a.deliverNext();
        return CallWelcome.decode(((CallMessage.SignedWelcome) World.decode(a.toOffice.remove())).signed());
    }

    private void forgedWelcomes() throws MlsException, DecodeException {
        CallWelcome good = welcome();
        CallId call = good.callId();
        SecretWatch.during(HOSTILE);
        Forger forger = new Forger(world, 3);
        Bytes otherNonce = Bytes.of(new byte[32]);
        CallMessage notOpened = forger.welcome(
                a, new CallWelcome(call, good.offerHash(), good.answerHash(), otherNonce, good.welcome()).encode());
        Bytes elsewhere = forger.welcomeInto(
                Bytes.of(new byte[16]),
                a,
                a,
                call,
                good.offerHash(),
                List.of(((AwaitingWelcome) b.engine.stateOf(call)).keyPackage()));
        CallMessage otherGroup = forger.welcome(
                a, new CallWelcome(call, good.offerHash(), good.answerHash(), good.callerNonce(), elsewhere).encode());
        byte[] broken = good.welcome().toArray();
        broken[broken.length - 1] ^= 1;
        CallMessage refused = forger.welcome(
                a,
                new CallWelcome(call, good.offerHash(), good.answerHash(), good.callerNonce(), Bytes.of(broken))
                        .encode());
        SecretWatch.during("Welcomes come that are forged");
        Map<CallMessage, Rejection> forged = new LinkedHashMap<>();
        forged.put(notOpened, Rejection.COMMITMENT_NOT_OPENED);
        forged.put(otherGroup, Rejection.UNEXPECTED_GROUP);
        forged.put(refused, Rejection.BAD_WELCOME);
        for (Map.Entry<CallMessage, Rejection> each : forged.entrySet()) {
            List<Rejection> said = Node.rejections(b.give(forger.from(a, b, a, call, each.getKey())));
            if (!said.equals(List.of(each.getValue()))) {
                throw new AssertionError(said + " where " + each.getValue() + " was due");
            }
        }
    }
}
