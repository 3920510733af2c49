package org.whodis.phone.audio;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;
import org.jspecify.annotations.Nullable;
import org.whodis.media.audio.AudioFrame;

/** The microphones and loudspeakers that the operating system offers, by name. */
public final class SoundDevices {
    /** The shape of a call's audio: 48 kHz, 16 bits, mono, signed, little-endian. */
    static final AudioFormat FORMAT = new AudioFormat(AudioFrame.SAMPLE_RATE, 16, 1, true, false);

    static final int FRAME_BYTES = 2 * AudioFrame.SAMPLES;

    /** What the operating system may buffer: two frames, because all of it is delay. */
    static final int LINE_BUFFER_BYTES = 2 * FRAME_BYTES;

    private SoundDevices() {}

    /** Names of microphones that can do 48 kHz mono. */
    public static List<String> microphones() {
        return names(TargetDataLine.class);
    }

    /** Names of loudspeakers that can do 48 kHz mono. */
    public static List<String> loudspeakers() {
        return names(SourceDataLine.class);
    }

    /** Opens and starts the microphone whose name contains {@code name}, or the first; the caller closes it. */
    static TargetDataLine openMicrophone(@Nullable String name) throws AudioUnavailableException {
        Mixer.Info device = choose("microphone", "--wav-in FILE", TargetDataLine.class, name);
        try {
            TargetDataLine line = AudioSystem.getTargetDataLine(FORMAT, device);
            line.open(FORMAT, LINE_BUFFER_BYTES);
            line.start();
            return line;
        } catch (LineUnavailableException | IllegalArgumentException | SecurityException e) {
            throw busy("microphone", device, "--wav-in FILE", e);
        }
    }

    /** Opens and starts the loudspeaker whose name contains {@code name}, or the first; the caller closes it. */
    static SourceDataLine openLoudspeaker(@Nullable String name) throws AudioUnavailableException {
        Mixer.Info device = choose("loudspeaker", "--wav-out FILE", SourceDataLine.class, name);
        try {
            SourceDataLine line = AudioSystem.getSourceDataLine(FORMAT, device);
            line.open(FORMAT, LINE_BUFFER_BYTES);
            line.start();
            return line;
        } catch (LineUnavailableException | IllegalArgumentException | SecurityException e) {
            throw busy("loudspeaker", device, "--wav-out FILE", e);
        }
    }

    private static Mixer.Info choose(String kind, String instead, Class<? extends DataLine> line, @Nullable String name)
            throws AudioUnavailableException {
        List<Mixer.Info> devices = devices(line);
        if (devices.isEmpty()) {
            throw new AudioUnavailableException(
                    "This machine has no " + kind + " that Java can use. Use a recording with " + instead
                            + ", or say --no-" + kind + " to go without.");
        }
        if (name == null) {
            return devices.getFirst();
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Mixer.Info device : devices) {
            if (device.getName().toLowerCase(Locale.ROOT).contains(wanted)) {
                return device;
            }
        }
        throw new AudioUnavailableException(
                "There is no " + kind + " named \"" + name + "\". There are: " + String.join(", ", names(line)) + ".");
    }

    private static AudioUnavailableException busy(String kind, Mixer.Info device, String instead, Exception e) {
        return new AudioUnavailableException("The " + kind + " \"" + device.getName() + "\" cannot be opened ("
                + e.getMessage() + "): another program may hold it. Choose another with --" + kind + " NAME, or use "
                + instead + ".");
    }

    private static List<String> names(Class<? extends DataLine> line) {
        return devices(line).stream().map(Mixer.Info::getName).toList();
    }

    private static List<Mixer.Info> devices(Class<? extends DataLine> line) {
        DataLine.Info wanted = new DataLine.Info(line, FORMAT);
        List<Mixer.Info> found = new ArrayList<>();
        for (Mixer.Info info : AudioSystem.getMixerInfo()) {
            if (AudioSystem.getMixer(info).isLineSupported(wanted)) {
                found.add(info);
            }
        }
        return found;
    }
}
