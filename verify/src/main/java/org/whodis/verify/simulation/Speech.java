package org.whodis.verify.simulation;

import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaEpochs;
import org.whodis.core.sframe.OpenResult;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.OpenerEvent;
import org.whodis.core.sframe.Rejected;
import org.whodis.core.sframe.SealResult;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * The media of one call on one phone: a place at the relay, frames sealed and opened by {@link MediaEpochs}. A frame says in clear (inside the seal) which one it is, so that the judge knows who sealed what is
 * played. Five frames a second instead of fifty: what is examined is who may open what, not the cadence.
 */
final class Speech {
    static final long FRAME_MILLIS = 200;

    /** As phones do: longer than a restart of the office with its relay. */
    static final long LOST_MILLIS = 40_000;

    private static final long RETRY_MILLIS = 500;

    private final World world;
    private final PhoneNode phone;
    private final CallId call;
    private boolean wanted;
    private boolean asking;
    private long ssrc = -1;
    private @Nullable MediaEpochs epochs;
    private boolean closed;
    private long lastPlayed;

    Speech(World world, PhoneNode phone, CallId call) {
        this.world = world;
        this.phone = phone;
        this.call = call;
    }

    /** Asks for a place until there is one. */
    void seek() {
        wanted = true;
        if (asking || closed || hasPlace()) {
            return;
        }
        asking = true;
        phone.askForPlace(call, given -> {
            asking = false;
            if (closed) {
                return;
            }
            if (given < 0) {
                world.in(RETRY_MILLIS, this::seek);
            } else {
                ssrc = given;
            }
        });
    }

    void sessionIsUp() {
        if (wanted) {
            seek();
        }
    }

    void install(int ownLeaf, EpochKeys keys) {
        boolean begins = epochs == null;
        MediaEpochs beginning = epochs == null ? new MediaEpochs(world.primitives(), call.value(), ownLeaf) : epochs;
        beginning.begin(keys, nanos());
        epochs = beginning;
        lastPlayed = world.now();
        if (begins) {
            frame();
        }
    }

    /** Since when nothing has been played. */
    long lastPlayed() {
        return lastPlayed;
    }

    void arrived(Bytes frame) {
        MediaEpochs opening = epochs;
        if (opening == null || closed) {
            return;
        }
        OpenResult result = opening.open(frame, nanos());
        world.judge().opened(phone, call, result);
        if (result instanceof Opened opened) {
            play(opened);
        }
        for (OpenerEvent event : opening.poll(nanos())) {
            switch (event) {
                case Opened late -> play(late);
                case OpenerEvent.CommitMissing _, OpenerEvent.CommitNotMissing _ ->
                    world.judge().alarmed(phone, call);
                case Rejected _ -> {}
            }
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (epochs != null) {
            epochs.close();
        }
    }

    private void play(Opened opened) {
        lastPlayed = world.now();
        world.judge().played(phone, call, opened);
    }

    /** The next frame, and the one after it later. */
    private void frame() {
        MediaEpochs sealing = epochs;
        if (closed || sealing == null || !phone.isAlive()) {
            return;
        }
        if (!hasPlace()) {
            seek();
        }
        long serial = world.nextFrame();
        switch (sealing.seal(new WireWriter().uint64(serial).toBytes(), nanos())) {
            case SealResult.Sealed(Bytes frame, long counter) -> {
                world.judge().sealed(phone, call, serial, frame, counter);
                long place = ssrc;
                if (place >= 0) {
                    RelayNode relay = phone.office().relay;
                    world.network().datagram(phone.name(), () -> relay.received(call, phone.id(), place, frame));
                }
            }
            case SealResult.NotSealed(SealResult.Reason reason) ->
                throw new IllegalStateException("a frame was not sealed: " + reason);
        }
        world.in(FRAME_MILLIS, this::frame);
    }

    /** The relay answers nobody who has no place: the phone notices by its checks. */
    private boolean hasPlace() {
        if (ssrc >= 0 && !phone.office().relay.hasPlace(call, phone.id(), ssrc)) {
            ssrc = -1;
        }
        return ssrc >= 0;
    }

    private long nanos() {
        return world.now() * 1_000_000;
    }
}
