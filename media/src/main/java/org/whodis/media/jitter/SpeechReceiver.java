package org.whodis.media.jitter;

import org.whodis.media.audio.AudioFrame;
import org.whodis.media.opus.OpusDecoder;
import org.whodis.media.opus.OpusException;

/**
 * One sender's speech, from opened frames to samples: a {@link JitterBuffer} and an {@link OpusDecoder}, and what lies
 * between them.
 *
 * <p>The contract: {@link #receive} each frame when it arrives, {@link #next} once every 20 ms of the player's own clock.
 * Owned by one thread, or under one lock.
 */
public final class SpeechReceiver {
    /** Below -50 dB of full scale nobody hears whether 20 ms are missing or too many. */
    private static final double QUIET_RMS = 103;

    /** No frame of the sender. */
    public static final long NOTHING = -1;

    private static final short[] SILENCE = new short[AudioFrame.SAMPLES];

    private final JitterBuffer buffer = new JitterBuffer();
    private final OpusDecoder decoder = new OpusDecoder();
    private boolean quiet = true;
    private boolean silent = true;
    private long counterOfFrameZero;
    private long lastPlayed = NOTHING;
    private long undecodable;

    /**
     * Takes a frame.
     *
     * @param counter the frame's number on the sender's timeline, one more per 20 ms. It has to be one that the sender
     *     authenticates, since whoever can change it can change the order of the words: the SFrame counter, not the RTP
     *     sequence number
     * @param opus the packet; taken over, not copied
     */
    public JitterBuffer.Put receive(long counter, byte[] opus, long arrivalNanos) {
        JitterBuffer.Put put = buffer.put((int) counter, (int) (counter * Timeline.TIMESTAMP_STEP), opus, arrivalNanos);
        if (put == JitterBuffer.Put.QUEUED) {
            counterOfFrameZero = counter - buffer.lastQueued();
        }
        return put;
    }

    /** The next {@link AudioFrame#SAMPLES} samples to play; silence where there is nothing. */
    public short[] next(long nowNanos) {
        lastPlayed = NOTHING;
        Playout playout = buffer.take(nowNanos, quiet);
        short[] frame = switch (playout) {
            case Playout.Frame one -> {
                lastPlayed = counterOfFrameZero + one.frame();
                yield decode(one.payload());
            }
            case Playout.Merge two -> {
                lastPlayed = counterOfFrameZero + two.frame();
                yield crossFade(decode(two.first()), decode(two.second()));
            }
            case Playout.Conceal ignored -> decoder.conceal();
            // What is made up ends in a fade, not in a click.
            case Playout.Wait ignored -> silent ? SILENCE.clone() : crossFade(decoder.conceal(), SILENCE);
        };
        silent = playout instanceof Playout.Wait;
        quiet = isQuiet(frame);
        return frame;
    }

    /** The counter of the frame that {@link #next} gave last, or {@link #NOTHING} if it was made up or silence. */
    public long lastPlayed() {
        return lastPlayed;
    }

    public JitterStatistics statistics() {
        return buffer.statistics();
    }

    /** Authentic frames that were not Opus: the sender's codec is at fault, or the sender is hostile. */
    public long undecodable() {
        return undecodable;
    }

    private short[] decode(byte[] opus) {
        try {
            return decoder.decode(opus);
        } catch (OpusException e) {
            undecodable++;
            return decoder.conceal();
        }
    }

    private static short[] crossFade(short[] from, short[] to) {
        short[] out = new short[AudioFrame.SAMPLES];
        for (int i = 0; i < out.length; i++) {
            out[i] = (short) ((from[i] * (out.length - i) + to[i] * i) / out.length);
        }
        return out;
    }

    private static boolean isQuiet(short[] frame) {
        long sum = 0;
        for (short sample : frame) {
            sum += sample * sample;
        }
        return sum < QUIET_RMS * QUIET_RMS * frame.length;
    }
}
