package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallView;
import org.whodis.core.message.CallId;

/**
 * The people: they dial, answer, decline, ignore, hang up, compare words, call each other at the same moment, answer on two
 * phones at once and try again. They press only what their screen offers.
 */
final class People {
    private static final int MEAN_PAUSE_MILLIS = 75_000;

    private final World world;
    private final Random random;
    private final Random lineChance;
    private final Set<List<Object>> reacted = new HashSet<>();
    private long until;
    private int deeds;

    People(World world) {
        this.world = world;
        this.random = world.stream("people");
        this.lineChance = world.stream("people and lines");
    }

    void begin(long end) {
        until = end;
        world.in(3_000 + random.nextInt(5_000), this::callSomebody);
        if (world.isFederated()) {
            world.in(20_000 + lineChance.nextInt(60_000), this::withdrawOne);
        }
    }

    /** Ends whatever is still going on, in the way that fits. */
    void hangUpAll() {
        for (PhoneNode phone : world.phones()) {
            for (CallView view : phone.views()) {
                switch (view.state()) {
                    case RINGING, WAITING -> phone.give(new CallInput.UserDecline(view.callId()));
                    case DIALLING, NOBODY_THERE, RINGING_THERE, CONNECTING, CONNECTED ->
                        phone.give(new CallInput.UserHangUp(view.callId()));
                    case ENDED -> {}
                }
            }
        }
    }

    private void callSomebody() {
        if (world.now() >= until) {
            return;
        }
        List<Cast.Person> all = new ArrayList<>(world.honest());
        if (world.has(Fault.HOSTILE_PEER)) {
            all.add(world.cast().mallory);
        }
        Cast.Person one = all.remove(random.nextInt(all.size()));
        Cast.Person other = all.remove(random.nextInt(all.size()));
        switch (random.nextInt(8)) {
            case 0 -> {
                // Both at once.
                dial(one, other, 0);
                dial(other, one, random.nextInt(80));
            }
            case 1 -> {
                // Two call the same one.
                dial(one, other, 0);
                dial(all.get(random.nextInt(all.size())), other, random.nextInt(6_000));
            }
            case 2 -> {
                // One who does not wait.
                dial(one, other, 0);
                dial(one, other, 2_000 + random.nextInt(20_000));
            }
            default -> dial(one, other, 0);
        }
        world.in((long) (-MEAN_PAUSE_MILLIS * Math.log(1 - random.nextDouble())) + 500, this::callSomebody);
    }

    private void dial(Cast.Person who, Cast.Person whom, long later) {
        List<PhoneNode> own = world.phonesOf(who);
        PhoneNode phone = own.get(random.nextInt(own.size()));
        world.in(later, () -> {
            if (mayAct() && phone.isAlive()) {
                dialNow(phone, whom);
            }
        });
    }

    /** Across offices sometimes by a line that was given to somebody else: it was read out, or stolen. */
    private void dialNow(PhoneNode phone, Cast.Person whom) {
        if (whom.firm == phone.person().firm) {
            phone.dial(whom);
            return;
        }
        // Who is hostile has been given none.
        boolean isWrong = !phone.isHonest() || !whom.isHonest || lineChance.nextInt(6) == 0;
        if (!isWrong) {
            phone.dial(whom);
            return;
        }
        List<GivenLine> all = world.lines().all();
        GivenLine any = all.get(lineChance.nextInt(all.size()));
        phone.give(new CallInput.UserDialByLine(whom.chain(), any.secret));
    }

    /** Somebody ends a line that they gave; whoever holds it goes on trying it. */
    private void withdrawOne() {
        if (world.now() >= until || world.isHealed()) {
            return;
        }
        List<GivenLine> all = world.lines().all();
        GivenLine line = all.get(lineChance.nextInt(all.size() / 2));
        List<PhoneNode> own = world.phonesOf(line.issuer);
        PhoneNode phone = own.get(lineChance.nextInt(own.size()));
        if (phone.isOnline()) {
            world.lines().withdraw(phone, line);
        }
        world.in(30_000 + lineChance.nextInt(120_000), this::withdrawOne);
    }

    /** A screen has changed. */
    void sees(PhoneNode phone, CallView view) {
        if (world.isHealed() || !reacted.add(List.of(phone.name(), phone.starts(), view.callId(), view.state()))) {
            return;
        }
        switch (view.state()) {
            case RINGING -> atRinging(phone, view.callId());
            case WAITING -> atWaiting(phone, view.callId());
            case DIALLING, NOBODY_THERE, RINGING_THERE -> {
                if (random.nextInt(8) == 0) {
                    hangUpLater(phone, view.callId(), 200 + random.nextInt(30_000));
                }
            }
            case CONNECTING -> {
                if (random.nextInt(16) == 0) {
                    hangUpLater(phone, view.callId(), random.nextInt(200));
                }
            }
            case CONNECTED -> atConnected(phone, view.callId());
            case ENDED -> {}
        }
    }

    private void atRinging(PhoneNode phone, CallId call) {
        int mood = random.nextInt(100);
        if (mood < 50) {
            press(phone, new CallInput.UserAnswer(call), call, 300 + random.nextInt(10_000), CallView.State.RINGING);
        } else if (mood < 58) {
            // At the last moment.
            press(phone, new CallInput.UserAnswer(call), call, 43_000 + random.nextInt(2_500), CallView.State.RINGING);
        } else if (mood < 72) {
            int when = 300 + random.nextInt(3_000);
            for (PhoneNode each : world.phonesOf(phone.person())) {
                press(each, new CallInput.UserAnswer(call), call, when + random.nextInt(60), CallView.State.RINGING);
            }
        } else if (mood < 78) {
            // One answers, the others are silenced at the same moment.
            int when = 300 + random.nextInt(3_000);
            for (PhoneNode each : world.phonesOf(phone.person())) {
                press(
                        each,
                        each == phone ? new CallInput.UserAnswer(call) : new CallInput.UserDecline(call),
                        call,
                        when + random.nextInt(30),
                        CallView.State.RINGING);
            }
        } else if (mood < 88) {
            press(phone, new CallInput.UserDecline(call), call, 300 + random.nextInt(12_000), CallView.State.RINGING);
        }
    }

    private void atWaiting(PhoneNode phone, CallId call) {
        int mood = random.nextInt(100);
        if (mood < 40) {
            press(phone, new CallInput.UserDecline(call), call, 300 + random.nextInt(8_000), CallView.State.WAITING);
        } else if (mood < 70) {
            for (CallView other : phone.views()) {
                if (other.state() == CallView.State.CONNECTED) {
                    hangUpLater(phone, other.callId(), 300 + random.nextInt(5_000));
                }
            }
        }
    }

    private void atConnected(PhoneNode phone, CallId call) {
        int mood = random.nextInt(100);
        if (mood < 30) {
            boolean match = random.nextInt(6) != 0;
            press(
                    phone,
                    new CallInput.UserSaysWordsMatch(call, match),
                    call,
                    1_000 + random.nextInt(4_000),
                    CallView.State.CONNECTED);
        }
        if (mood < 80) {
            hangUpLater(phone, call, 1_500 + random.nextInt(random.nextInt(8) == 0 ? 90_000 : 12_000));
        }
    }

    private void hangUpLater(PhoneNode phone, CallId call, long millis) {
        world.in(millis, () -> {
            CallView view = phone.view(call);
            boolean offered = view != null
                    && switch (view.state()) {
                        case DIALLING, NOBODY_THERE, RINGING_THERE, CONNECTING, CONNECTED -> true;
                        case RINGING, WAITING, ENDED -> false;
                    };
            if (offered && mayAct()) {
                phone.give(new CallInput.UserHangUp(call));
            }
        });
    }

    /** Presses what the screen shows then, if it still shows it. */
    private void press(PhoneNode phone, CallInput input, CallId call, long millis, CallView.State shown) {
        world.in(millis, () -> {
            CallView view = phone.view(call);
            if (view != null && view.state() == shown && mayAct()) {
                phone.give(input);
            }
        });
    }

    private boolean mayAct() {
        return !world.isHealed() && deeds++ < world.scenario().deeds();
    }
}
