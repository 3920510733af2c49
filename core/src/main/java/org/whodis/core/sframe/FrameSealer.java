package org.whodis.core.sframe;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * Seals one member's media of one call, all frames to {@link MediaFrame#SEALED_LENGTH} bytes.
 *
 * <p>The counter begins at 0 with the call and rises by one per frame <em>across</em> epochs. So it is the frame's place on
 * the sender's timeline, authenticated end to end, and the receiver's jitter buffer orders by it; under each key it never
 * repeats, because it never repeats at all.
 *
 * <p>Nothing here can be stored. A phone that was restarted in mid-call must not go on with its old keys, whose used
 * counters it no longer knows: it joins again, which gives a new epoch and new keys.
 *
 * <p>When to switch is decided by {@link MediaEpochs}: at once on a Remove, 500 ms after an Add. Owned by one thread.
 */
public final class FrameSealer {
    /** Far below every bound of AES-GCM (2^32 invocations, NIST SP 800-38D section 8.3) and two years of frames. */
    static final long COUNTER_LIMIT = 1L << 32;

    private final Primitives primitives;
    private final Bytes callId;
    private final int ownLeaf;
    private @Nullable EncryptionKey key;
    private long epoch = -1;
    private long counter;

    /**
     * Seals nothing until {@link #switchTo}.
     *
     * @param callId the {@code group_id} of the call's MLS group; bound to every frame as metadata, so that a frame opens in
     *     its own call only
     * @param ownLeaf the member's own leaf index
     */
    public FrameSealer(Primitives primitives, Bytes callId, int ownLeaf) {
        this(primitives, callId, ownLeaf, 0);
    }

    FrameSealer(Primitives primitives, Bytes callId, int ownLeaf, long firstCounter) {
        this.primitives = primitives;
        this.callId = callId;
        this.ownLeaf = ownLeaf;
        this.counter = firstCounter;
    }

    /**
     * Sends under {@code keys} from now on and erases the key before.
     *
     * @throws IllegalArgumentException if the epoch is not a later one, or the own leaf is not in it
     */
    public void switchTo(EpochKeys keys) {
        switchTo(keys.epoch(), keyOf(keys));
    }

    /**
     * The key of the own leaf in an epoch under which nothing is sent yet.
     *
     * @throws IllegalArgumentException as {@link #switchTo}
     */
    EncryptionKey keyOf(EpochKeys keys) {
        requireLater(keys.epoch());
        if (!keys.leaves().contains(ownLeaf)) {
            throw new IllegalArgumentException("leaf " + ownLeaf + " does not send in epoch " + keys.epoch());
        }
        long kid = MlsKeyId.of(ownLeaf, keys.epoch(), MediaFrame.EPOCH_BITS)
                .encode(MediaFrame.INDEX_BITS, MediaFrame.EPOCH_BITS);
        Secret baseKey = keys.baseKey();
        EncryptionKey made = new EncryptionKey(primitives, MediaFrame.CIPHER_SUITE, kid, baseKey);
        baseKey.erase();
        return made;
    }

    /** Sends under {@code next} from now on, takes it over, and erases the key before. */
    void switchTo(long nextEpoch, EncryptionKey next) {
        requireLater(nextEpoch);
        stop();
        key = next;
        epoch = nextEpoch;
    }

    private void requireLater(long nextEpoch) {
        if (nextEpoch <= epoch) {
            throw new IllegalArgumentException("epoch " + nextEpoch + " does not follow " + epoch);
        }
    }

    /**
     * Seals one payload; one of no bytes too.
     *
     * @throws IllegalStateException if the counter is exhausted: the call layer has a fault, since a call ends before
     */
    public SealResult seal(Bytes payload) {
        if (key == null) {
            return new SealResult.NotSealed(SealResult.Reason.NO_KEY);
        }
        if (payload.length() > MediaFrame.MAX_PAYLOAD_LENGTH) {
            return new SealResult.NotSealed(SealResult.Reason.PAYLOAD_TOO_LONG);
        }
        if (counter >= COUNTER_LIMIT) {
            throw new IllegalStateException("the frame counter is exhausted");
        }
        long used = counter++;
        int headerLength = new SFrameHeader(key.kid(), used).length();
        Bytes frame = key.encrypt(used, callId, MediaFrame.pad(payload, headerLength));
        if (frame.length() != MediaFrame.SEALED_LENGTH) {
            throw new IllegalStateException("a sealed frame of " + frame.length() + " bytes");
        }
        return new SealResult.Sealed(frame, used);
    }

    /** Erases the key; nothing is sealed until the next {@link #switchTo}. */
    public void stop() {
        if (key != null) {
            key.erase();
            key = null;
        }
    }
}
