package org.whodis.phone;

import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.ToOffice;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.audio.AudioOpenedLater;
import org.whodis.phone.media.MediaReport;
import org.whodis.phone.media.MediaSession;
import org.whodis.phone.signalling.DeviceSession;

/**
 * The media of one call as the phone sees it: asks the office for a place at the relay, and for another when that one is
 * lost, until the call ends. Belongs to the phone's thread.
 *
 * <pre>
 *   Seeking --MediaJoined--> Settling --relay is there--> Up --lost--> Seeking
 *   Seeking, Settling --refused, no session, lost--> Seeking, after a pause
 * </pre>
 */
final class CallMedia {
    private static final Logger LOG = LoggerFactory.getLogger(CallMedia.class);

    /** Between two tries, but for the first after a place that worked: that is asked for at once. */
    private static final long RETRY_MILLIS = 500;

    private final CallId callId;
    private final DeviceSession session;
    private final Executor thread;
    private final MediaSession media;
    private final AudioOpenedLater audio;
    private final Later later;
    private final Told told;
    private boolean asking;
    /** A place that is being given is gone already. */
    private boolean again;

    private long pauseMillis;
    private boolean up;
    private boolean wanted;
    private boolean closed;

    /** Runs something on the phone's thread after a while. */
    interface Later {
        void run(Runnable action, long delayMillis);
    }

    /** What the phone hears, on its own thread. */
    interface Told {
        void up(long atNanos);

        void firstFrame(long atNanos);

        void problem(String why);
    }

    CallMedia(CallId callId, PhoneConfig config, DeviceSession session, Executor thread, Later later, Told told) {
        this.callId = callId;
        this.session = session;
        this.thread = thread;
        this.later = later;
        this.told = told;
        this.audio =
                AudioOpenedLater.open(config.audio(), callId, problem -> thread.execute(() -> told.problem(problem)));
        this.media = MediaSession.start(
                callId, config.primitives(), config.random(), audio, audio, new MediaSession.Listener() {
                    @Override
                    public void connected(long atNanos) {
                        thread.execute(() -> whenUp(atNanos));
                    }

                    @Override
                    public void firstFrameOpened(long atNanos) {
                        thread.execute(() -> told.firstFrame(atNanos));
                    }

                    @Override
                    public void placeLost(String why) {
                        thread.execute(() -> whenLost(why));
                    }

                    @Override
                    public void commitMissing(boolean isMissing) {
                        thread.execute(() -> told.problem(
                                isMissing
                                        ? "The call seems to have moved on without this phone: you are not heard."
                                        : "The call has not moved on without this phone: you are heard again."));
                    }

                    @Override
                    public void stopped(String why) {
                        thread.execute(() -> whenStopped(why));
                    }
                });
    }

    /** Asks for a place, unless one is there or being asked for. */
    void seek() {
        wanted = true;
        if (asking || up || closed) {
            return;
        }
        asking = true;
        var join = media.newPlace();
        var _ = session.request(id -> new ToOffice.JoinMedia(id, join)).whenComplete((body, failure) -> {
            if (failure != null) {
                thread.execute(() -> tryAgain("no place at the relay: " + failure.getMessage()));
            } else {
                // Looking up the relay's name may block.
                Thread.ofVirtual().start(() -> place(body));
            }
        });
    }

    /** The session is back: what was missing can be asked for again at once. */
    void sessionIsUp() {
        if (wanted && !up) {
            seek();
        }
    }

    /** The office says that the relay is another one now. */
    void placeIsGone() {
        if (!wanted || closed) {
            return;
        }
        LOG.info("media: the office has replaced its relay");
        up = false;
        if (asking) {
            again = true;
        } else {
            seek();
        }
    }

    void install(int ownLeaf, EpochKeys keys) {
        media.installKeys(ownLeaf, keys);
    }

    void setMuted(boolean muted) {
        media.setMuted(muted);
    }

    void rebind() {
        media.rebind();
    }

    boolean isUp() {
        return up;
    }

    MediaSession session() {
        return media;
    }

    MediaReport report() {
        return media.report();
    }

    /** Ends sending and playing, gives up the place, closes the sound card. Waits for the media thread, a moment. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        up = false;
        media.close();
        audio.close();
        var _ = session.request(id -> new ToOffice.LeaveMedia(id, callId));
    }

    private void place(Bytes body) {
        try {
            media.place(MediaJoined.decode(body));
            thread.execute(this::whenPlaced);
        } catch (DecodeException | UnknownHostException e) {
            thread.execute(() -> tryAgain("the office named no relay that can be found: " + e.getMessage()));
        }
    }

    private void whenPlaced() {
        asking = false;
        if (again) {
            again = false;
            seek();
        }
    }

    private void whenUp(long atNanos) {
        if (!closed) {
            up = true;
            pauseMillis = 0;
            told.up(atNanos);
        }
    }

    private void whenLost(String why) {
        boolean was = up;
        up = false;
        if (!closed) {
            if (was) {
                told.problem("The way to the relay is gone (" + why + "); looking for another.");
            }
            tryAgain(why);
        }
    }

    private void whenStopped(String why) {
        if (!closed) {
            close();
            told.problem("The sound of this call has failed (" + why + "): hang up and call again.");
        }
    }

    private void tryAgain(String why) {
        asking = false;
        again = false;
        if (!closed) {
            LOG.info("media: {}; trying again", why);
            later.run(this::seek, pauseMillis);
            pauseMillis = RETRY_MILLIS;
        }
    }
}
