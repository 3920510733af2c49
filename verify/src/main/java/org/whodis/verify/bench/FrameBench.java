package org.whodis.verify.bench;

import java.util.SortedSet;
import java.util.TreeSet;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.FrameOpener;
import org.whodis.core.sframe.FrameSealer;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.SealResult;
import org.whodis.core.wire.Bytes;

/** What it costs to seal and to open a media frame, on both implementations of the primitives. */
public final class FrameBench {
    private static final int ROUNDS = 5;
    private static final int FRAMES = 100_000;

    private record TestEpoch(long epoch, SortedSet<Integer> leaves) implements EpochKeys {
        @Override
        public Secret baseKey() {
            return Secret.owning(new byte[MediaFrame.BASE_KEY_LENGTH]);
        }
    }

    private FrameBench() {}

    public static void main(String[] args) {
        measure("JDK", new JdkPrimitives());
        measure("Bouncy Castle", new BcPrimitives());
    }

    private static void measure(String name, Primitives primitives) {
        Bytes callId = Bytes.of(new byte[16]);
        EpochKeys epoch = new TestEpoch(1, new TreeSet<>(java.util.List.of(0, 1)));
        FrameSealer sealer = new FrameSealer(primitives, callId, 1);
        FrameOpener opener = new FrameOpener(primitives, callId, 0);
        sealer.switchTo(epoch);
        opener.switchTo(epoch, 0);
        Bytes payload = Bytes.of(new byte[80]);
        Bytes[] frames = new Bytes[FRAMES];
        for (int round = 1; round <= ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < FRAMES; i++) {
                frames[i] = switch (sealer.seal(payload)) {
                    case SealResult.Sealed sealed -> sealed.frame();
                    case SealResult.NotSealed notSealed -> throw new IllegalStateException(notSealed.toString());
                };
            }
            long sealed = System.nanoTime();
            for (Bytes frame : frames) {
                if (!(opener.open(frame, 0) instanceof Opened)) {
                    throw new IllegalStateException("a frame did not open");
                }
            }
            long opened = System.nanoTime();
            System.out.println(name + ", round " + round + ": seal " + micros(sealed - start) + " µs, open "
                    + micros(opened - sealed) + " µs a frame");
        }
    }

    private static double micros(long nanos) {
        return Math.round(nanos / (double) FRAMES / 10) / 100.0;
    }
}
