package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.message.CallId;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.PcmSink;
import org.whodis.media.audio.PcmSource;
import org.whodis.phone.media.MediaReport;
import org.whodis.phone.media.MediaSession;

/** The Java phone's side of a call: its own media, with places and keys from a test. */
final class JavaTalker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int HEARD_FRAMES = 50 * 600;

    private final MediaOffice office;
    private final String call;
    private final String device;
    private final PcmSink heard = new PcmSink(HEARD_FRAMES);
    private final MediaSession session;
    private final ReentrantLock joining = new ReentrantLock();
    private volatile boolean closed;

    private record Keys(long epoch, Bytes key) implements EpochKeys {
        @Override
        public SortedSet<Integer> leaves() {
            return new TreeSet<>(java.util.List.of(0, 1));
        }

        @Override
        public Secret baseKey() {
            return Secret.copyOf(key);
        }
    }

    JavaTalker(MediaOffice office, String call, String device, RandomBytes random, Pcm speech) {
        this.office = office;
        this.call = call;
        this.device = device;
        session = MediaSession.start(
                new CallId(Bytes.fromHex(call)),
                new JvmPrimitives(),
                random,
                PcmSource.repeating(speech),
                heard,
                new MediaSession.Listener() {
                    @Override
                    public void connected(long atNanos) {}

                    @Override
                    public void firstFrameOpened(long atNanos) {}

                    @Override
                    public void placeLost(String why) {
                        // As the phone does. A machine that stops for a second is enough to ask for another place.
                        Thread.ofVirtual().start(JavaTalker.this::joinAgain);
                    }

                    @Override
                    public void commitMissing(boolean forGood) {}

                    @Override
                    public void stopped(String why) {}
                });
    }

    void join() throws Exception {
        joining.lock();
        try {
            session.place(office.join(call, device, session.newPlace(), office.relayAddress()));
        } finally {
            joining.unlock();
        }
    }

    private void joinAgain() {
        for (int i = 0; i < 600 && !closed; i++) {
            try {
                join();
                return;
            } catch (Exception notYet) {
                // The relay is being replaced.
                LockSupport.parkNanos(100_000_000L);
            }
        }
    }

    void epoch(int ownLeaf, int number, Bytes key) {
        session.installKeys(ownLeaf, new Keys(number, key));
    }

    MediaReport report() {
        return session.report();
    }

    void awaitOpened(long more) throws Exception {
        long before = report().framesOpened();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (report().framesOpened() < before + more) {
            assertThat(System.nanoTime() - deadline).as(report().toString()).isNegative();
            Thread.sleep(50);
        }
    }

    Pcm heard() {
        return heard.recorded();
    }

    @Override
    public void close() {
        closed = true;
        session.close();
    }
}
