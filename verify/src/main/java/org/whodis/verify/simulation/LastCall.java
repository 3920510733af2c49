package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Offer;

/** After everything has healed two people call each other, and it works as if nothing had ever been. */
final class LastCall {
    private static final String INVARIANT = "after everything has healed a call works";

    /** Longest way of a call through the offices, twice. */
    private static final long PATIENCE_MILLIS = 5_000;

    private static final long TALK_MILLIS = 4_000;

    private final World world;

    LastCall(World world) {
        this.world = world;
    }

    void mustWork() {
        Random random = world.stream("last call");
        List<Cast.Person> people = new ArrayList<>(world.cast().honest);
        Cast.Person one = people.remove(random.nextInt(people.size()));
        Cast.Person other = people.remove(random.nextInt(people.size()));
        if (world.isFederated()) {
            GivenLine line = any(
                    random,
                    world.lines().all().stream()
                            .filter(each -> !world.lines().isDoubtful(each.id))
                            .toList());
            one = line.holder;
            other = line.issuer;
        }
        PhoneNode caller = any(random, world.phonesOf(one));
        PhoneNode callee = any(random, world.phonesOf(other));
        for (PhoneNode phone : world.honestPhones()) {
            require(phone.isOnline(), phone + " is not online", null);
        }

        List<CallView> before = caller.views();
        caller.dial(other);
        CallView dialled = caller.views().getLast();
        require(caller.views().size() == before.size() + 1, caller + " cannot dial", null);
        CallId call = dialled.callId();
        pass();
        for (PhoneNode phone : world.phonesOf(other)) {
            requireState(phone, call, CallView.State.RINGING);
        }
        requireState(caller, call, CallView.State.RINGING_THERE);

        callee.give(new CallInput.UserAnswer(call));
        pass();
        requireState(caller, call, CallView.State.CONNECTED);
        requireState(callee, call, CallView.State.CONNECTED);
        for (PhoneNode phone : world.phonesOf(other)) {
            if (phone != callee) {
                requireEnd(phone, call, EndReason.ANSWERED_ELSEWHERE);
            }
        }
        long played = world.tally().played;
        world.runUntil(world.now() + TALK_MILLIS);
        // Both directions, all but what was under way at the ends.
        long expected = 2 * (TALK_MILLIS / Speech.FRAME_MILLIS) - 4;
        require(
                world.tally().played - played >= expected,
                "only " + (world.tally().played - played) + " frames were played",
                call);

        caller.give(new CallInput.UserHangUp(call));
        pass();
        requireEnd(caller, call, EndReason.HUNG_UP_HERE);
        requireEnd(callee, call, EndReason.HUNG_UP_THERE);
        world.tally().lastCalls++;
    }

    /**
     * While two people of two offices talk, the offices lose each other: nothing of one comes to the other for {@code millis}.
     * Both phones notice that they hear nothing and end the call; what they say of it has a deadline, and nothing of it is
     * left when the offices meet again.
     */
    void mustEndWhenTheOfficesAreApart(long millis) {
        GivenLine line = any(world.stream("apart"), world.lines().all());
        PhoneNode caller = world.phonesOf(line.holder).getFirst();
        PhoneNode callee = world.phonesOf(line.issuer).getFirst();
        caller.dial(line.issuer);
        CallId call = caller.views().getLast().callId();
        pass();
        callee.give(new CallInput.UserAnswer(call));
        pass();
        requireState(caller, call, CallView.State.CONNECTED);
        requireState(callee, call, CallView.State.CONNECTED);
        long began = world.now();
        world.network().part(Network.OFFICES, millis);
        world.runUntil(began + Speech.LOST_MILLIS + 3 * PATIENCE_MILLIS);
        requireEnd(caller, call, EndReason.MEDIA_LOST);
        requireEnd(callee, call, EndReason.MEDIA_LOST);

        // In vain, and told so in time.
        caller.dial(line.issuer);
        CallId vain = caller.views().getLast().callId();
        world.runUntil(world.now() + Offer.MAX_LIFETIME_MILLIS + PATIENCE_MILLIS);
        requireEnd(caller, vain, EndReason.NO_ANSWER);
        require(callee.view(vain) == null, callee + " was told of a call through a wall", vain);

        world.runUntil(began + millis + 2 * Offer.MAX_LIFETIME_MILLIS);
        for (OfficeNode office : world.offices()) {
            for (OfficeNode other : world.offices()) {
                require(office.waitingFor(other) == 0, office.name() + " still has words for " + other.name(), call);
            }
            require(office.openCalls() == 0, office.name() + " has a call that nobody is in", call);
        }
        require(callee.view(vain) == null, callee + " was told of a call that was over long ago", vain);
    }

    private void pass() {
        world.runUntil(world.now() + PATIENCE_MILLIS);
    }

    private void requireState(PhoneNode phone, CallId call, CallView.State state) {
        CallView view = phone.view(call);
        require(
                view != null && view.state() == state,
                phone + " is " + (view == null ? "not told of it" : view.state() + " " + view.ended()) + ", not "
                        + state,
                call);
    }

    private void requireEnd(PhoneNode phone, CallId call, EndReason reason) {
        requireState(phone, call, CallView.State.ENDED);
        CallView view = phone.view(call);
        require(view != null && view.ended() == reason, phone + " ended otherwise than by " + reason, call);
    }

    private void require(boolean holds, String otherwise, @Nullable CallId call) {
        if (!holds) {
            throw new Violation(INVARIANT, otherwise, call);
        }
    }

    private static <T> T any(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
