package org.whodis.verify.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;

/**
 * What the call engine itself takes, from an input to all of its outputs: two devices, no network between. Times
 * are the thread's CPU time, so that whatever else the machine does does not count.
 */
public final class CallSetUpBench {
    private static final int CALLS = 400;
    private static final int ROUNDS = 5;
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    /** Between two calls, so that the ids of the earlier ones may be forgotten. */
    private static final long PAUSE = 300_000;

    private static final OfficeDomain DOMAIN = new OfficeDomain("bench.example");
    private static final long BEGIN = 1_795_305_600_000L;

    private static final String[] STEPS = {
        "dial: make the offer",
        "offer to ringing: verify everything",
        "answer: keys, key package, two signatures",
        "Answer to keys at the caller: verify, group, Welcome",
        "Welcome to keys at the callee: verify, join",
        "Connected at the caller"
    };

    private final Primitives primitives;
    private final RandomBytes random;
    private final HybridKeyPair office;
    private final OfficeKeys offices;
    private long now = BEGIN;

    private CallSetUpBench(Primitives primitives) {
        SecureRandom source = new SecureRandom();
        this.primitives = primitives;
        this.random = count -> {
            byte[] out = new byte[count];
            source.nextBytes(out);
            return out;
        };
        this.office = HybridKeyPair.generate(primitives, random);
        this.offices = OfficeKeys.only(primitives, DOMAIN, office.publicKey());
    }

    public static void main(String[] args) throws IdentityException {
        new CallSetUpBench(new JdkPrimitives()).measure("JDK");
        new CallSetUpBench(new BcPrimitives()).measure("Bouncy Castle");
    }

    private void measure(String name) throws IdentityException {
        Device caller = new Device("Caller");
        Device callee = new Device("Callee");
        for (int round = 1; round <= ROUNDS; round++) {
            long[][] nanos = new long[STEPS.length][CALLS];
            for (int call = 0; call < CALLS; call++) {
                oneCall(caller, callee, nanos, call);
            }
            System.out.println(name + ", round " + round + ", microseconds, median and 99th of 100:");
            for (int step = 0; step < STEPS.length; step++) {
                Arrays.sort(nanos[step]);
                System.out.println("  " + nanos[step][CALLS / 2] / 1000 + "  " + nanos[step][CALLS * 99 / 100] / 1000
                        + "  " + STEPS[step]);
            }
        }
    }

    private void oneCall(Device caller, Device callee, long[][] nanos, int call) {
        now += PAUSE;
        nanos[0][call] = caller.give(new CallInput.UserDial(callee.chain));
        nanos[1][call] = callee.give(arrived(caller.sent.remove()));
        caller.give(arrived(callee.sent.remove()));
        CallId id = callee.callId();
        nanos[2][call] = callee.give(new CallInput.UserAnswer(id));
        nanos[3][call] = caller.give(arrived(callee.sent.remove()));
        nanos[4][call] = callee.give(arrived(caller.sent.remove()));
        nanos[5][call] = caller.give(arrived(callee.sent.remove()));
        if (caller.state != CallView.State.CONNECTED || callee.state != CallView.State.CONNECTED) {
            throw new IllegalStateException("the call did not connect");
        }
        caller.give(new CallInput.UserHangUp(id));
        callee.give(arrived(caller.sent.remove()));
    }

    private CallInput arrived(Envelope envelope) {
        return new CallInput.EnvelopeArrived(new Delivery(1, Delivery.Kind.LIVE, now, envelope));
    }

    private final class Device {
        final VerifiedChain chain;
        final CallEngine engine;
        final Queue<Envelope> sent = new ArrayDeque<>();
        CallView.State state = CallView.State.ENDED;
        private CallId call = new CallId(Bytes.of(new byte[CallId.LENGTH]));

        Device(String name) throws IdentityException {
            HybridKeyPair key = HybridKeyPair.generate(primitives, random);
            Bytes genesis = new Genesis(
                            DOMAIN,
                            office.publicKey().keyHash(primitives),
                            key.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            name,
                            "",
                            now,
                            Bytes.of(random.next(Genesis.NONCE_LENGTH)))
                    .encode();
            SignedGenesis signed = new SignedGenesis(
                    genesis,
                    key.sign(primitives, SignedGenesis.BY_DEVICE, genesis, random),
                    office.sign(primitives, SignedGenesis.BY_OFFICE, genesis, random));
            chain = new UnverifiedChain(signed, List.of()).verify(primitives, offices);
            engine = new CallEngine(primitives, random, offices, chain, key, List.of());
            give(new CallInput.SessionUp());
        }

        CallId callId() {
            return call;
        }

        /** How many nanoseconds {@code input} took. */
        long give(CallInput input) {
            long start = CLOCK.getCurrentThreadCpuTime();
            engine.handle(input, now);
            long took = CLOCK.getCurrentThreadCpuTime() - start;
            for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
                switch (output) {
                    case CallOutput.Submit submit -> {
                        sent.add(submit.envelope());
                        engine.handle(
                                new CallInput.SubmitAnswered(submit.envelope().id(), SubmitOutcome.ACCEPTED), now);
                    }
                    case CallOutput.RingStart ring -> call = ring.call().callId();
                    case CallOutput.CallChanged changed ->
                        state = changed.call().state();
                    case CallOutput.Rejected rejected -> throw new IllegalStateException(rejected.toString());
                    case CallOutput.SendToDesk _,
                            CallOutput.RingStop _,
                            CallOutput.SecondCall _,
                            CallOutput.JoinMedia _,
                            CallOutput.LeaveMedia _,
                            CallOutput.InstallEpoch _,
                            CallOutput.KeysErased _,
                            CallOutput.MissedCall _,
                            CallOutput.Pinned _,
                            CallOutput.Alarm _ -> {}
                }
            }
            return took;
        }
    }
}
