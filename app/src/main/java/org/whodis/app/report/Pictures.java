package org.whodis.app.report;

import java.util.List;
import org.whodis.app.measure.Spectrogram;
import org.whodis.app.wire.WirePacket;

/** The pictures of sound and of the wire. */
final class Pictures {
    private static final double TOP_HZ = 8_000;
    private static final double FLOOR_DB = -84;

    /** Random bytes do not compress: this keeps the picture of the wire below a quarter of a megabyte. */
    private static final int MAX_COLUMNS = 1_000;

    /** From silence to loud: ink, indigo, ember, light. Monotone in lightness, so it reads without colour too. */
    private static final int[] SOUND = gradient(
            new double[] {0, 0.18, 0.38, 0.58, 0.78, 1},
            new int[] {0x0d0f1a, 0x23264f, 0x5b3a78, 0xb4526b, 0xf0955a, 0xfdf3cf});

    /** The bytes of the wire from 0 to 255. */
    private static final int[] BYTES = gradient(new double[] {0, 0.5, 1}, new int[] {0x0d0f1a, 0x3d5a6c, 0xd5e6e4});

    private Pictures() {}

    /** Time to the right, pitch upward, loudness as light. */
    static byte[] spectrogram(double[] signal, int sampleRate, int width, int height) {
        float[][] values = Spectrogram.of(signal, sampleRate, width, height, TOP_HZ, FLOOR_DB);
        byte[] pixels = new byte[width * height];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                pixels[y * width + x] = (byte) Math.round(values[x][y] * 255);
            }
        }
        return Png.indexed(width, height, pixels, SOUND);
    }

    /**
     * The packets as they are: one column for each sequence number, the packet's first byte on top; dark where one is
     * missing. Of long calls every n-th packet is shown.
     */
    static byte[] bytes(List<WirePacket> media, int height) {
        if (media.isEmpty()) {
            return Png.indexed(1, 1, new byte[1], BYTES);
        }
        int first = sequence(media.getFirst());
        int count = 1
                + media.stream()
                        .mapToInt(packet -> sequence(packet) - first & 0xffff)
                        .filter(steps -> steps < 0x8000)
                        .max()
                        .orElse(0);
        int stride = (count + MAX_COLUMNS - 1) / MAX_COLUMNS;
        int width = (count + stride - 1) / stride;
        byte[] pixels = new byte[width * height];
        for (WirePacket packet : media) {
            int steps = sequence(packet) - first & 0xffff;
            if (steps < count && steps % stride == 0) {
                for (int y = 0; y < Math.min(height, packet.length()); y++) {
                    pixels[y * width + steps / stride] = (byte) packet.unsignedByte(y);
                }
            }
        }
        return Png.indexed(width, height, pixels, BYTES);
    }

    private static int sequence(WirePacket packet) {
        return packet.unsignedByte(2) << 8 | packet.unsignedByte(3);
    }

    /** The envelope of the wave, times {@code scale}, as an SVG path in a box of 1000 by 100. */
    static String waveform(double[] signal, double scale) {
        int columns = 500;
        StringBuilder upper = new StringBuilder("M0 50");
        StringBuilder lower = new StringBuilder();
        for (int column = 0; column < columns; column++) {
            int from = (int) ((long) column * signal.length / columns);
            int to = Math.max(from + 1, (int) ((long) (column + 1) * signal.length / columns));
            double high = 0;
            double low = 0;
            for (int i = from; i < Math.min(to, signal.length); i++) {
                high = Math.max(high, signal[i]);
                low = Math.min(low, signal[i]);
            }
            upper.append('L')
                    .append(2 * column + 1)
                    .append(' ')
                    .append(tenths(50 - 50 * Math.min(1, scale * high) - 0.4));
            lower.insert(0, "L" + (2 * column + 1) + " " + tenths(50 - 50 * Math.max(-1, scale * low) + 0.4));
        }
        return upper.append("L1000 50").append(lower).append('Z').toString();
    }

    private static String tenths(double value) {
        return String.valueOf(Math.round(value * 10) / 10.0);
    }

    private static int[] gradient(double[] stops, int[] colours) {
        int[] palette = new int[256];
        for (int i = 0; i < 256; i++) {
            double at = i / 255.0;
            int stop = 1;
            while (stops[stop] < at) {
                stop++;
            }
            double share = (at - stops[stop - 1]) / (stops[stop] - stops[stop - 1]);
            int colour = 0;
            for (int shift = 16; shift >= 0; shift -= 8) {
                int low = colours[stop - 1] >> shift & 0xff;
                int high = colours[stop] >> shift & 0xff;
                colour |= (int) Math.round(low + share * (high - low)) << shift;
            }
            palette[i] = colour;
        }
        return palette;
    }
}
