package org.whodis.web.vectors;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.sframe.FrameOpener;
import org.whodis.core.sframe.FrameSealer;
import org.whodis.core.sframe.OpenResult;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.SealResult;
import org.whodis.core.wire.Bytes;

/**
 * One whole call of two people from a seed: offer, answer, the MLS group of two, comparison words, sealed frames, hanging
 * up. Everything that either of them sends goes into a transcript.
 */
final class GoldenCall {
    /** Enough for the frame counter to need a second byte in the header, and then some. */
    private static final int FRAMES = 300;

    private static final long FRAME_NANOS = 20_000_000L;

    private final Primitives primitives;
    private final Side caller;
    private final Side callee;
    private final List<Bytes> transcript = new ArrayList<>();
    private long sequence;

    /** One device: its engine and what came out of it last. */
    private final class Side {
        final VerifiedChain chain;
        final CallEngine engine;
        final Deque<Envelope> outbox = new ArrayDeque<>();

        @Nullable
        CallView view;

        @Nullable
        FrameSealer sealer;

        @Nullable
        FrameOpener opener;

        Bytes baseKey = Bytes.EMPTY;

        Side(GoldenPeople people, GoldenPeople.Person person, long seed) throws IdentityException {
            chain = person.chain();
            engine = new CallEngine(
                    primitives, new SeededBytes(primitives, seed), people.offices(), chain, person.device, List.of());
            give(new CallInput.SessionUp());
        }

        void give(CallInput input) {
            engine.handle(input, GoldenPeople.NOW);
            for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
                switch (output) {
                    case CallOutput.Submit(Envelope envelope) -> outbox.add(envelope);
                    case CallOutput.RingStart(CallView call) -> view = call;
                    case CallOutput.SecondCall(CallView call) -> view = call;
                    case CallOutput.CallChanged(CallView call) -> view = call;
                    case CallOutput.InstallEpoch install -> installEpoch(install);
                    case CallOutput.Rejected rejected ->
                        throw new IllegalStateException("refused " + rejected.reason());
                    case CallOutput.SendToDesk _,
                            CallOutput.RingStop _,
                            CallOutput.JoinMedia _,
                            CallOutput.LeaveMedia _,
                            CallOutput.KeysErased _,
                            CallOutput.MissedCall _,
                            CallOutput.Pinned _,
                            CallOutput.Alarm _ -> {}
                }
            }
        }

        private void installEpoch(CallOutput.InstallEpoch install) {
            Secret key = install.keys().baseKey();
            baseKey = Bytes.of(key.expose());
            key.erase();
            Bytes callId = install.callId().value();
            sealer = new FrameSealer(primitives, callId, install.ownLeaf());
            sealer.switchTo(install.keys());
            opener = new FrameOpener(primitives, callId, install.ownLeaf());
            opener.switchTo(install.keys(), 0);
        }
    }

    private GoldenCall(Primitives primitives, long seed) throws IdentityException {
        this.primitives = primitives;
        GoldenPeople people = new GoldenPeople(primitives, seed);
        caller = new Side(people, people.person("Anna"), seed + 1);
        callee = new Side(people, people.person("Bert").addDevice(), seed + 2);
    }

    /** The words of the call, then hashes: of the transcript, of the base key of SFrame, of all sealed frames. */
    static String run(Primitives primitives, long seed) throws IdentityException {
        return new GoldenCall(primitives, seed).run();
    }

    private String run() {
        caller.give(new CallInput.UserDial(callee.chain));
        settle();
        callee.give(new CallInput.UserAnswer(present(callee.view).callId()));
        settle();
        List<String> words = present(caller.view).words();
        require(words.equals(present(callee.view).words()), "the words differ");
        require(caller.baseKey.equals(callee.baseKey), "the base keys differ");
        Bytes frames = speak();
        caller.give(new CallInput.UserHangUp(present(caller.view).callId()));
        settle();
        require(present(callee.view).state() == CallView.State.ENDED, "the call has not ended");
        return String.join(" ", words) + " " + hash(Bytes.concat(transcript.toArray(new Bytes[0]))) + " "
                + hash(caller.baseKey) + " " + hash(frames);
    }

    /** Moves what either side submits, until neither says anything more. */
    private void settle() {
        boolean moved = true;
        while (moved) {
            boolean there = move(caller, callee);
            boolean back = move(callee, caller);
            moved = there || back;
        }
    }

    private boolean move(Side from, Side to) {
        boolean moved = false;
        while (!from.outbox.isEmpty()) {
            Envelope envelope = from.outbox.remove();
            transcript.add(envelope.encode());
            from.give(new CallInput.SubmitAnswered(envelope.id(), SubmitOutcome.ACCEPTED));
            to.give(new CallInput.EnvelopeArrived(
                    new Delivery(++sequence, Delivery.Kind.LIVE, GoldenPeople.NOW, envelope)));
            moved = true;
        }
        return moved;
    }

    /** Every frame that the caller seals the callee opens, and a damaged one never. */
    private Bytes speak() {
        FrameSealer sealer = present(caller.sealer);
        FrameOpener opener = present(callee.opener);
        Bytes[] frames = new Bytes[FRAMES];
        for (int i = 0; i < FRAMES; i++) {
            Bytes payload = Bytes.of(new byte[i % 93]);
            if (!(sealer.seal(payload) instanceof SealResult.Sealed(Bytes frame, long counter)) || counter != i) {
                throw new IllegalStateException("frame " + i + " was not sealed");
            }
            byte[] damaged = frame.toArray();
            damaged[damaged.length - 1 - i % damaged.length] ^= 1;
            require(!(opener.open(Bytes.of(damaged), i * FRAME_NANOS) instanceof Opened), "a damaged frame was opened");
            OpenResult result = opener.open(frame, i * FRAME_NANOS);
            require(result instanceof Opened opened && opened.payload().equals(payload), "a frame was not opened");
            frames[i] = frame;
        }
        return Bytes.concat(frames);
    }

    private String hash(Bytes value) {
        return primitives.hash(HashAlgorithm.SHA256, value).hex();
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the call did not come that far");
        }
        return value;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
