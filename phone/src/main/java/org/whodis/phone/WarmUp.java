package org.whodis.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
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
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.FrameOpener;
import org.whodis.core.sframe.FrameSealer;
import org.whodis.core.sframe.SealResult;
import org.whodis.core.wire.Bytes;
import org.whodis.media.dtls.DtlsWarmUp;
import org.whodis.media.opus.OpusCodec;
import org.whodis.phone.media.HeldEpoch;

/**
 * Makes calls between two people who do not exist, inside this process, so that the first real call does not pay for
 * classes to be loaded and code to be compiled: cold, Opus alone would lose the first second of it.
 */
final class WarmUp {
    /** After this many the time from answer to keys no longer falls. */
    private static final int CALLS = 12;

    private static final int FRAMES = 400;

    private final Primitives primitives;
    private final RandomBytes random;
    private final OfficeDomain domain = new OfficeDomain("warm-up.invalid");
    private final HybridKeyPair office;
    private final long nowMillis;

    private WarmUp(Primitives primitives, RandomBytes random, long nowMillis) {
        this.primitives = primitives;
        this.random = random;
        this.nowMillis = nowMillis;
        this.office = HybridKeyPair.generate(primitives, random);
    }

    /** What was compiled for one phone of a process is compiled for all. */
    private static boolean done;

    /** Runs everything, once in a process; takes a second or two of one core. A second caller waits for the first. */
    static synchronized void run(Primitives primitives, RandomBytes random, long nowMillis) {
        if (done) {
            return;
        }
        WarmUp warmUp = new WarmUp(primitives, random, nowMillis);
        Thread media = Thread.ofPlatform().name("whodis-warm-up").daemon().start(() -> {
            DtlsWarmUp.run(random::next);
            OpusCodec.warmUp();
        });
        try {
            warmUp.calls();
            media.join();
            done = true;
        } catch (IdentityException e) {
            throw new IllegalStateException("a chain of our own making does not hold", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void calls() throws IdentityException {
        Device caller = new Device("Caller");
        Device callee = new Device("Callee");
        for (int i = 0; i < CALLS; i++) {
            caller.engine.handle(new CallInput.UserDial(callee.chain), nowMillis);
            settle(caller, callee);
            CallId call = callee.ringing;
            if (call == null) {
                throw new IllegalStateException("a call of our own making does not ring");
            }
            callee.engine.handle(new CallInput.UserAnswer(call), nowMillis);
            settle(caller, callee);
            frames(call, caller, callee);
            caller.engine.handle(new CallInput.UserHangUp(call), nowMillis);
            settle(caller, callee);
        }
    }

    private void settle(Device caller, Device callee) {
        boolean talking = true;
        while (talking) {
            boolean called = caller.drain(callee);
            boolean answered = callee.drain(caller);
            talking = called || answered;
        }
    }

    private void frames(CallId call, Device caller, Device callee) {
        if (caller.epoch == null || callee.epoch == null) {
            throw new IllegalStateException("a call of our own making has no keys");
        }
        FrameSealer sealer = new FrameSealer(primitives, call.value(), caller.leaf);
        FrameOpener opener = new FrameOpener(primitives, call.value(), callee.leaf);
        sealer.switchTo(caller.epoch);
        opener.switchTo(callee.epoch, 0);
        Bytes payload = Bytes.of(random.next(80));
        for (int i = 0; i < FRAMES; i++) {
            if (sealer.seal(payload) instanceof SealResult.Sealed(Bytes frame, long _)) {
                opener.open(frame, i);
            }
        }
        sealer.stop();
        opener.close();
    }

    private final class Device {
        private final VerifiedChain chain;
        private final CallEngine engine;
        private @Nullable CallId ringing;
        private @Nullable EpochKeys epoch;
        private int leaf;
        private long sequence;

        Device(String name) throws IdentityException {
            HybridKeyPair key = HybridKeyPair.generate(primitives, random);
            Bytes genesis = new Genesis(
                            domain,
                            office.publicKey().keyHash(primitives),
                            key.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            name,
                            "",
                            nowMillis,
                            Bytes.of(random.next(Genesis.NONCE_LENGTH)))
                    .encode();
            OfficeKeys offices = OfficeKeys.only(primitives, domain, office.publicKey());
            chain = new UnverifiedChain(
                            new SignedGenesis(
                                    genesis,
                                    key.sign(primitives, SignedGenesis.BY_DEVICE, genesis, random),
                                    office.sign(primitives, SignedGenesis.BY_OFFICE, genesis, random)),
                            List.of())
                    .verify(primitives, offices);
            engine = new CallEngine(primitives, random, offices, chain, key, List.of());
            engine.handle(new CallInput.SessionUp(), nowMillis);
        }

        boolean drain(Device other) {
            boolean any = false;
            for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
                any = true;
                switch (output) {
                    case CallOutput.Submit(var envelope) -> {
                        engine.handle(new CallInput.SubmitAnswered(envelope.id(), SubmitOutcome.ACCEPTED), nowMillis);
                        Delivery delivery = new Delivery(++other.sequence, Delivery.Kind.LIVE, nowMillis, envelope);
                        other.engine.handle(new CallInput.EnvelopeArrived(delivery), nowMillis);
                    }
                    case CallOutput.RingStart(var call) -> ringing = call.callId();
                    case CallOutput.InstallEpoch install -> {
                        leaf = install.ownLeaf();
                        epoch = HeldEpoch.copyOf(install.keys());
                    }
                    case CallOutput.SendToDesk _,
                            CallOutput.RingStop _,
                            CallOutput.SecondCall _,
                            CallOutput.CallChanged _,
                            CallOutput.JoinMedia _,
                            CallOutput.LeaveMedia _,
                            CallOutput.KeysErased _,
                            CallOutput.MissedCall _,
                            CallOutput.Pinned _,
                            CallOutput.Alarm _,
                            CallOutput.Rejected _ -> {}
                }
            }
            return any;
        }
    }
}
