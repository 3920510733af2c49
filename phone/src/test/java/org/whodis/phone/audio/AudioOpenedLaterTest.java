package org.whodis.phone.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;

class AudioOpenedLaterTest {
    @Test
    void aMicrophoneWhoseDriverFailsIsToldAndLeavesTheLoudspeaker() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> sinkAsked = new LinkedBlockingQueue<>();
        AudioDevices devices = new AudioDevices() {
            @Override
            public AudioSource openSource(CallId call) {
                throw new IllegalArgumentException("no such line");
            }

            @Override
            public AudioSink openSink(CallId call) {
                sinkAsked.add(true);
                return _ -> {};
            }
        };
        AudioOpenedLater audio = AudioOpenedLater.open(devices, new CallId(Bytes.of(new byte[16])), told::add);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("no such line");
        assertThat(sinkAsked.poll(10, TimeUnit.SECONDS)).isTrue();
        audio.close();
    }
}
