package org.whodis.phone;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.signalling.SessionTimings;

/**
 * What a phone runs on.
 *
 * @param primitives one instance for all phones of a process is fine
 * @param random may be called from any thread
 * @param clock the time of day, for what is signed and for freshness
 * @param audio microphone and loudspeaker
 */
public record PhoneConfig(
        Primitives primitives, RandomBytes random, InstantSource clock, SessionTimings timings, AudioDevices audio) {

    /** The operating system's randomness and clock, and the JDK's primitives. */
    public static PhoneConfig standard(AudioDevices audio) {
        return new PhoneConfig(
                new JdkPrimitives(), systemRandom(), InstantSource.system(), SessionTimings.STANDARD, audio);
    }

    /** The operating system's random source. */
    public static RandomBytes systemRandom() {
        SecureRandom random = new SecureRandom();
        return count -> {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return out;
        };
    }

    public PhoneConfig withClock(InstantSource newClock) {
        return new PhoneConfig(primitives, random, newClock, timings, audio);
    }

    public PhoneConfig withTimings(SessionTimings newTimings) {
        return new PhoneConfig(primitives, random, clock, newTimings, audio);
    }

    public PhoneConfig withAudio(AudioDevices newAudio) {
        return new PhoneConfig(primitives, random, clock, timings, newAudio);
    }
}
