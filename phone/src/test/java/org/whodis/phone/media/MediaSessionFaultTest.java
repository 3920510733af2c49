package org.whodis.phone.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.message.CallId;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.wire.Bytes;

class MediaSessionFaultTest {
    private static final int OWN_LEAF = 0;

    private final Random seeded = new Random(20261122);
    private final RandomBytes random = count -> {
        byte[] out = new byte[count];
        seeded.nextBytes(out);
        return out;
    };
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void aFaultIsSurvivedAndOneThatComesAgainAndAgainIsToldInsteadOfSilence() throws Exception {
        MediaSession session = MediaSession.start(
                new CallId(Bytes.of(random.next(16))),
                new JdkPrimitives(),
                random,
                _ -> true,
                _ -> {},
                new MediaSession.Listener() {
                    @Override
                    public void connected(long atNanos) {}

                    @Override
                    public void firstFrameOpened(long atNanos) {}

                    @Override
                    public void placeLost(String why) {}

                    @Override
                    public void commitMissing(boolean isMissing) {}

                    @Override
                    public void stopped(String why) {
                        told.add(why);
                    }
                });
        try {
            session.installKeys(OWN_LEAF, keysOfOneEpoch());
            for (int i = 0; i < MediaSession.MAX_FAULTS; i++) {
                session.installKeys(OWN_LEAF, keysOfOneEpoch());
                session.report();
            }
            assertThat(told).isEmpty();
            session.installKeys(OWN_LEAF, keysOfOneEpoch());
            assertThat(told.poll(10, TimeUnit.SECONDS)).contains("does not follow");
        } finally {
            session.close();
        }
    }

    private EpochKeys keysOfOneEpoch() {
        return new EpochKeys() {
            @Override
            public long epoch() {
                return 1;
            }

            @Override
            public SortedSet<Integer> leaves() {
                return new TreeSet<>(java.util.List.of(OWN_LEAF, OWN_LEAF + 1));
            }

            @Override
            public Secret baseKey() {
                return Secret.owning(random.next(MediaFrame.BASE_KEY_LENGTH));
            }
        };
    }
}
