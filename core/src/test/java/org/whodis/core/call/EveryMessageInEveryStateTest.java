package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.World.Node;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.GroupMessage.HangupReason;
import org.whodis.core.message.Notice;
import org.whodis.core.wire.Bytes;

/**
 * Every message, made by every device, brought by every device, to the caller's and to the callee's device in every state of
 * a call: what {@link #accepted} does not name is refused by one typed rejection and changes nothing. That nothing changed
 * is shown twice: by what can be seen of the device, and by going on with the call, which still comes to its end.
 *
 * <p>Anna's first device calls Bert, whose first device answers. Each of them has a second device; Carl is a stranger.
 */
class EveryMessageInEveryStateTest {
    enum Stage {
        A_IDLE(true),
        A_DIALLING(true),
        A_RINGING_THERE(true),
        A_CONNECTING(true),
        A_CONNECTED(true),
        A_ENDED(true),
        B_IDLE(false),
        B_RINGING(false),
        B_WAITING(false),
        B_CONNECTING(false),
        B_CONNECTED(false),
        B_ENDED(false);

        final boolean isCaller;

        Stage(boolean isCaller) {
            this.isCaller = isCaller;
        }
    }

    enum Who {
        A1,
        A2,
        B1,
        B2,
        CARL
    }

    enum What {
        /** The bytes of the call's own offer, signed by whoever. */
        THE_OFFER,
        /** An offer of another call. */
        ANOTHER_OFFER,
        ANSWER,
        /** The bytes of the call's own CallWelcome, signed by whoever. */
        WELCOME,
        NOTICE_RINGING,
        NOTICE_DECLINED,
        NOTICE_BUSY,
        NOTICE_CANCELLED,
        /** Sealed to the group by the caller. */
        CONNECTED_BY_A,
        HANGUP_BY_A,
        /** Sealed to the group by the callee. */
        CONNECTED_BY_B,
        HANGUP_BY_B,
        GARBAGE
    }

    /** Whose envelope does not say who made them. */
    private static final Set<What> SEALED =
            Set.of(What.CONNECTED_BY_A, What.HANGUP_BY_A, What.CONNECTED_BY_B, What.HANGUP_BY_B);

    /** What becomes of an accepted message: the state that the call is shown in, and why it ended. */
    record Next(State state, @Nullable EndReason reason) {}

    private static final long SEED = 6;

    /** What was said in the same call when it went its whole way: every message there is, those of later included. */
    private static final Map<What, Bytes> SAID = new EnumMap<>(What.class);

    /** What a device says is the same whoever brings it; made once, since signing takes time. */
    private record Made(CallId call, Bytes message) {}

    private static final Map<List<Object>, Made> MADE = new HashMap<>();

    private static final CallId CALL;
    private static final Bytes OFFER_HASH;

    static {
        Stand stand = new Stand();
        stand.reach(Stage.B_CONNECTED);
        CALL = stand.call;
        Call caller = callOf(stand.node(Who.A1));
        Call callee = callOf(stand.node(Who.B1));
        OFFER_HASH = caller.offerHash;
        stand.world.transcript.forEach(envelope -> {
            switch (World.decode(envelope)) {
                case CallMessage.SignedOffer offer -> SAID.put(What.THE_OFFER, offer.signed());
                case CallMessage.SignedWelcome welcome -> SAID.put(What.WELCOME, welcome.signed());
                case CallMessage.Group group -> SAID.put(What.CONNECTED_BY_B, group.mlsMessage());
                case CallMessage.SignedAnswer _, CallMessage.SignedNotice _ -> {}
            }
        });
        SAID.put(What.HANGUP_BY_B, sealed(callee, new GroupMessage.Hangup(HangupReason.ENDED)));
        SAID.put(What.CONNECTED_BY_A, sealed(caller, new GroupMessage.Connected()));
        SAID.put(What.HANGUP_BY_A, sealed(caller, new GroupMessage.Hangup(HangupReason.ENDED)));
    }

    /** The whole table of what is accepted; {@code null} is for everything else. */
    private static @Nullable Next accepted(Stage stage, What what, Who signer, Who carrier) {
        boolean isGroup = SEALED.contains(what);
        if (signer != carrier && !isGroup) {
            return null;
        }
        boolean ofB = carrier == Who.B1 || carrier == Who.B2;
        return switch (stage) {
            case A_IDLE, A_CONNECTED, A_ENDED, B_CONNECTED, B_ENDED, B_IDLE -> acceptedInRest(stage, what, carrier);
            case A_DIALLING, A_RINGING_THERE ->
                switch (what) {
                    case ANSWER -> ofB ? new Next(State.CONNECTING, null) : null;
                    case NOTICE_RINGING -> ofB ? new Next(State.RINGING_THERE, null) : null;
                    case NOTICE_DECLINED -> ofB ? new Next(State.ENDED, EndReason.DECLINED) : null;
                    case NOTICE_BUSY -> ofB ? new Next(State.ENDED, EndReason.BUSY) : null;
                    default -> null;
                };
            case A_CONNECTING ->
                switch (what) {
                    case CONNECTED_BY_B -> carrier == Who.B1 ? new Next(State.CONNECTED, null) : null;
                    case HANGUP_BY_B -> carrier == Who.B1 ? new Next(State.ENDED, EndReason.HUNG_UP_THERE) : null;
                    case NOTICE_DECLINED -> carrier == Who.B1 ? new Next(State.ENDED, EndReason.HUNG_UP_THERE) : null;
                    default -> null;
                };
            case B_RINGING, B_WAITING, B_CONNECTING ->
                switch (what) {
                    case ANSWER -> carrier == Who.B2 ? new Next(State.ENDED, EndReason.ANSWERED_ELSEWHERE) : null;
                    case NOTICE_DECLINED, NOTICE_BUSY ->
                        carrier == Who.B2 ? new Next(State.ENDED, EndReason.DECLINED_ELSEWHERE) : null;
                    case NOTICE_CANCELLED -> carrier == Who.A1 ? new Next(State.ENDED, EndReason.CANCELLED) : null;
                    case WELCOME ->
                        carrier == Who.A1 && stage == Stage.B_CONNECTING ? new Next(State.CONNECTED, null) : null;
                    default -> null;
                };
        };
    }

    private static @Nullable Next acceptedInRest(Stage stage, What what, Who carrier) {
        Next hungUp = new Next(State.ENDED, EndReason.HUNG_UP_THERE);
        return switch (what) {
            case THE_OFFER -> stage == Stage.B_IDLE && carrier == Who.A1 ? new Next(State.RINGING, null) : null;
            case HANGUP_BY_B -> stage == Stage.A_CONNECTED && carrier == Who.B1 ? hungUp : null;
            case HANGUP_BY_A -> stage == Stage.B_CONNECTED && carrier == Who.A1 ? hungUp : null;
            default -> null;
        };
    }

    /** Another call is nobody's business here, except that its offer comes from somebody else than the person called. */
    private static boolean isOfferOfSomebodyElse(Stage stage, What what, Who signer, Who carrier) {
        boolean fromA = carrier == Who.A1 || carrier == Who.A2;
        boolean fromB = carrier == Who.B1 || carrier == Who.B2;
        return what == What.ANOTHER_OFFER && signer == carrier && !(stage.isCaller ? fromA : fromB);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void everyMessageOfEveryDevice(Stage stage) {
        Stand stand = new Stand();
        stand.reach(stage);
        int accepted = 0;
        int refused = 0;
        for (What what : What.values()) {
            for (Who signer : Who.values()) {
                for (Who carrier : Who.values()) {
                    String name = what + " signed by " + signer + " brought by " + carrier + " in " + stage;
                    CallInput input = stand.make(what, signer, carrier, stage);
                    Next next = accepted(stage, what, signer, carrier);
                    if (isOfferOfSomebodyElse(stage, what, signer, carrier)) {
                        stand.target(stage).give(input);
                        stand = new Stand();
                        stand.reach(stage);
                    } else if (next == null) {
                        refused++;
                        stand.refuses(stage, input, name);
                    } else {
                        accepted++;
                        stand.accepts(stage, input, next, name);
                        stand = new Stand();
                        stand.reach(stage);
                    }
                }
            }
        }
        System.out.println(stage + ": " + accepted + " accepted, " + refused + " refused");
        stand.goOn(stage);
    }

    private enum Touch {
        ANSWER,
        DECLINE,
        SEND_TO_DESK,
        SENT_TO_DESK,
        HANG_UP,
        MATCH,
        DIFFER,
        MEDIA_LOST,
        DIAL
    }

    private static final Map<Stage, Set<Touch>> TOUCHES = Map.ofEntries(
            Map.entry(Stage.A_IDLE, Set.of(Touch.DIAL)),
            Map.entry(Stage.A_DIALLING, Set.of(Touch.HANG_UP)),
            Map.entry(Stage.A_RINGING_THERE, Set.of(Touch.HANG_UP)),
            Map.entry(Stage.A_CONNECTING, Set.of(Touch.HANG_UP, Touch.MEDIA_LOST)),
            Map.entry(Stage.A_CONNECTED, Set.of(Touch.HANG_UP, Touch.MATCH, Touch.DIFFER, Touch.MEDIA_LOST)),
            Map.entry(Stage.A_ENDED, Set.of(Touch.DIAL)),
            Map.entry(Stage.B_IDLE, Set.of(Touch.DIAL)),
            Map.entry(Stage.B_RINGING, Set.of(Touch.ANSWER, Touch.DECLINE, Touch.SEND_TO_DESK, Touch.SENT_TO_DESK)),
            Map.entry(Stage.B_WAITING, Set.of(Touch.DECLINE, Touch.SEND_TO_DESK, Touch.SENT_TO_DESK)),
            Map.entry(Stage.B_CONNECTING, Set.of(Touch.HANG_UP, Touch.MEDIA_LOST)),
            Map.entry(Stage.B_CONNECTED, Set.of(Touch.HANG_UP, Touch.MATCH, Touch.DIFFER, Touch.MEDIA_LOST)),
            Map.entry(Stage.B_ENDED, Set.of(Touch.DIAL)));

    @ParameterizedTest
    @EnumSource(Stage.class)
    void everythingThatAPersonCanTouch(Stage stage) {
        Stand stand = new Stand();
        stand.reach(stage);
        for (Touch touch : Touch.values()) {
            CallInput input = switch (touch) {
                case ANSWER -> new CallInput.UserAnswer(CALL);
                case DECLINE -> new CallInput.UserDecline(CALL);
                case SEND_TO_DESK -> new CallInput.UserSendToDesk(CALL);
                case SENT_TO_DESK -> new CallInput.SentToDesk(CALL);
                case HANG_UP -> new CallInput.UserHangUp(CALL);
                case MATCH -> new CallInput.UserSaysWordsMatch(CALL, true);
                case DIFFER -> new CallInput.UserSaysWordsMatch(CALL, false);
                case MEDIA_LOST -> new CallInput.MediaLost(CALL);
                case DIAL -> new CallInput.UserDial(Cast.CARL.chain());
            };
            if (TOUCHES.getOrDefault(stage, Set.of()).contains(touch)) {
                assertThat(Node.rejections(stand.target(stage).give(input)))
                        .as(touch + " in " + stage)
                        .isEmpty();
                stand = new Stand();
                stand.reach(stage);
            } else {
                stand.refuses(stage, input, touch + " in " + stage);
            }
        }
        stand.goOn(stage);
    }

    /** The devices, and the call as far as it has come. Two stands that come equally far are equal to the byte. */
    private static final class Stand {
        final World world = new World(Cast.PEOPLE, SEED);
        final Map<Who, Node> nodes = new EnumMap<>(Who.class);
        final Forger forger = new Forger(world, 99);
        CallId call = new CallId(Bytes.of(new byte[16]));

        Stand() {
            nodes.put(Who.A1, world.node(Cast.ANNA, 0));
            nodes.put(Who.A2, world.node(Cast.ANNA, 1));
            nodes.put(Who.B1, world.node(Cast.BERT, 0));
            nodes.put(Who.B2, world.node(Cast.BERT, 1));
            nodes.put(Who.CARL, world.node(Cast.CARL, 0));
        }

        Node node(Who who) {
            return nodes.get(who);
        }

        Node target(Stage stage) {
            return node(stage.isCaller ? Who.A1 : Who.B1);
        }

        void reach(Stage stage) {
            Node a = node(Who.A1);
            Node b = node(Who.B1);
            if (stage == Stage.A_IDLE || stage == Stage.B_IDLE) {
                return;
            }
            if (stage == Stage.B_WAITING) {
                CallId first = node(Who.CARL).dial(b);
                world.settle();
                b.give(new CallInput.UserAnswer(first));
                world.settle();
            }
            call = a.dial(b);
            if (stage == Stage.A_DIALLING) {
                a.give(new CallInput.SubmitAnswered(
                        a.toOffice.getFirst().id(), world.office.submit(a, a.toOffice.getFirst())));
                a.toOffice.clear();
                return;
            }
            world.settle();
            if (stage == Stage.A_RINGING_THERE || stage == Stage.B_RINGING || stage == Stage.B_WAITING) {
                return;
            }
            b.give(new CallInput.UserAnswer(call));
            if (stage == Stage.B_CONNECTING) {
                return;
            }
            b.submitNext();
            a.deliverNext();
            if (stage == Stage.A_CONNECTING) {
                return;
            }
            world.settle();
            if (stage == Stage.A_ENDED || stage == Stage.B_ENDED) {
                a.give(new CallInput.UserHangUp(call));
                world.settle();
            }
        }

        CallInput make(What what, Who signer, Who carrier, Stage stage) {
            Node by = node(signer);
            Node target = target(stage);
            Node peer = node(stage.isCaller ? Who.B1 : Who.A1);
            Made made = MADE.computeIfAbsent(List.of(what, signer, target.id), key -> make(what, by, target));
            return forger.from(node(carrier), target, peer, made.call(), made.message());
        }

        private Made make(What what, Node by, Node target) {
            CallId id = what == What.ANOTHER_OFFER ? new CallId(forger.bytes(16)) : CALL;
            Bytes message = switch (what) {
                case THE_OFFER -> forger.offer(by, SAID.get(what)).encode();
                case ANOTHER_OFFER ->
                    forger.offer(by, forger.newOffer(by, target, id).encode()).encode();
                case ANSWER ->
                    forger.answer(by, forger.newAnswer(by, CALL, OFFER_HASH).encode())
                            .encode();
                case WELCOME -> forger.welcome(by, SAID.get(what)).encode();
                case NOTICE_RINGING ->
                    forger.notice(by, CALL, OFFER_HASH, Notice.Type.RINGING).encode();
                case NOTICE_DECLINED ->
                    forger.notice(by, CALL, OFFER_HASH, Notice.Type.DECLINED).encode();
                case NOTICE_BUSY ->
                    forger.notice(by, CALL, OFFER_HASH, Notice.Type.BUSY).encode();
                case NOTICE_CANCELLED ->
                    forger.notice(by, CALL, OFFER_HASH, Notice.Type.CANCELLED).encode();
                case CONNECTED_BY_A, HANGUP_BY_A, CONNECTED_BY_B, HANGUP_BY_B ->
                    new CallMessage.Group(SAID.get(what)).encode();
                case GARBAGE -> forger.bytes(50);
            };
            return new Made(id, message);
        }

        void refuses(Stage stage, CallInput input, String name) {
            Node target = target(stage);
            List<Object> before = snapshot(target);
            List<CallOutput> came = target.give(input);
            assertThat(came).as(name).hasSize(1);
            assertThat(came.getFirst()).as(name).isInstanceOf(CallOutput.Rejected.class);
            assertThat(snapshot(target)).as(name).isEqualTo(before);
        }

        void accepts(Stage stage, CallInput input, Next next, String name) {
            Node target = target(stage);
            List<CallOutput> came = target.give(input);
            assertThat(Node.rejections(came)).as(name).isEmpty();
            CallView view = target.views.get(CALL);
            assertThat(new Next(view.state(), view.ended())).as(name).isEqualTo(next);
        }

        /** The call goes on as if nothing had been. */
        void goOn(Stage stage) {
            Node a = node(Who.A1);
            Node b = node(Who.B1);
            switch (stage) {
                case A_IDLE, B_IDLE, A_ENDED, B_ENDED -> call = a.dial(b);
                case A_DIALLING, A_RINGING_THERE, A_CONNECTING, A_CONNECTED, B_RINGING, B_CONNECTING, B_CONNECTED -> {}
                case B_WAITING ->
                    b.give(new CallInput.UserHangUp(b.inMedia.iterator().next()));
            }
            world.settle();
            if (b.state(call) == State.RINGING) {
                b.give(new CallInput.UserAnswer(call));
                world.settle();
            }
            assertThat(a.state(call)).isEqualTo(State.CONNECTED);
            assertThat(b.state(call)).isEqualTo(State.CONNECTED);
            assertThat(a.baseKeys.get(call)).isEqualTo(b.baseKeys.get(call));
            assertThat(a.views.get(call).words()).isEqualTo(b.views.get(call).words());
            b.give(new CallInput.UserHangUp(call));
            world.settle();
            assertThat(a.ended(call)).isEqualTo(EndReason.HUNG_UP_THERE);
        }

        private static List<Object> snapshot(Node node) {
            List<Object> seen = new ArrayList<>();
            seen.add(new HashMap<>(node.views));
            seen.add(new HashSet<>(node.sounding));
            seen.add(new HashSet<>(node.inMedia));
            seen.add(new HashMap<>(node.epochs));
            seen.add(node.toOffice.size());
            seen.add(node.missed.size());
            seen.add(node.engine.nextTimeout());
            return seen;
        }
    }

    private static Call callOf(Node node) {
        return ((Connected) node.engine.stateOf(CALL)).call();
    }

    private static Bytes sealed(Call call, GroupMessage message) {
        return call.group().seal(message, call.env.random).mlsMessage();
    }
}
