package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;
import org.whodis.media.jitter.JitterBuffer;
import org.whodis.media.jitter.JitterStatistics;
import org.whodis.media.opus.OpusDecoder;
import org.whodis.media.opus.OpusException;

/** What a phone parses of other people's sound: WAV files, Opus packets, and the numbers of packets. */
class SpeechFuzzTest {
    private static final int MAX_PACKETS = 500;

    @FuzzTest(maxDuration = "1m")
    void aWavFileIsReadOrRefused(byte[] data) {
        try {
            Pcm sound = WavFile.read(data);
            if (sound.length() == 0 || sound.length() > data.length) {
                throw new AssertionError(sound + " in " + data.length + " bytes");
            }
        } catch (WavException refused) {
            // The one exception that input may cause.
        }
    }

    /** The first byte of each packet's share is its length. */
    @FuzzTest(maxDuration = "1m")
    void opusPacketsBecomeFramesOrAreRefused(FuzzedDataProvider data) {
        OpusDecoder decoder = new OpusDecoder();
        for (int n = 0; n < MAX_PACKETS && data.remainingBytes() > 0; n++) {
            byte[] packet = data.consumeBytes(data.consumeInt(0, 255));
            try {
                requireFrame(decoder.decode(packet));
            } catch (OpusException refused) {
                requireFrame(decoder.conceal());
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void packetsWithAnyNumbersLeaveTheJitterBufferBounded(FuzzedDataProvider data) {
        JitterBuffer buffer = new JitterBuffer();
        long now = data.consumeLong();
        for (int n = 0; n < MAX_PACKETS && data.remainingBytes() > 0; n++) {
            buffer.put(data.consumeInt(), data.consumeInt(), new byte[1], now);
            now += data.consumeInt(0, Integer.MAX_VALUE);
            if (data.consumeBoolean()) {
                buffer.take(now, data.consumeBoolean());
            }
            JitterStatistics statistics = buffer.statistics();
            if (statistics.bufferedFrames() > 64
                    || statistics.targetDelayNanos() < JitterBuffer.MIN_DELAY_NANOS
                    || statistics.targetDelayNanos() > JitterBuffer.MAX_DELAY_NANOS) {
                throw new AssertionError(statistics.toString());
            }
        }
    }

    private static void requireFrame(short[] frame) {
        if (frame.length != AudioFrame.SAMPLES) {
            throw new AssertionError("a frame of " + frame.length + " samples");
        }
    }
}
