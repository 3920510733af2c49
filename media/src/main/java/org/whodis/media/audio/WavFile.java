package org.whodis.media.audio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.whodis.media.audio.WavException.Reason;

/**
 * Reads and writes PCM in RIFF WAVE files (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0",
 * 1991; {@code WAVEFORMATEXTENSIBLE} of "Multiple Channel Audio Data and WAVE Files", 2007). All numbers are little-endian:
 *
 * <pre>
 *   "RIFF"  uint32 size  "WAVE"  chunk*
 *   chunk = id[4]  uint32 size  body[size]  pad[size mod 2]
 *   "fmt " = uint16 tag  uint16 channels  uint32 rate  uint32 bytesPerSecond  uint16 blockAlign  uint16 bits
 *            (tag 0xFFFE only: uint16 cbSize  uint16 validBits  uint32 channelMask  subFormat[16])
 *   "data" = samples, channels interleaved; 8 bits unsigned, 16 and 24 bits signed
 * </pre>
 *
 * <p>Other chunks may stand anywhere and are skipped. Two channels are mixed down to one by their mean. No length is
 * believed before it was compared with the bytes that are there.
 */
public final class WavFile {
    static final String ACCEPTED = "PCM WAV files of 8000 to 48000 Hz with 8, 16 or 24 bits and one or two channels";

    /** Larger files are refused: this is more than seven minutes of the widest format, and a phone holds all of it. */
    public static final int MAX_BYTES = 128 << 20;

    private static final int TAG_PCM = 1;
    private static final int TAG_EXTENSIBLE = 0xfffe;

    /** {@code KSDATAFORMAT_SUBTYPE_*} after the two bytes that carry the format tag. */
    private static final byte[] SUBTYPE_TAIL = {
        0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xaa, 0, 0x38, (byte) 0x9b, 0x71
    };

    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int PCM_FORMAT = 16;
    private static final int EXTENSIBLE_FORMAT = 40;

    private record Format(int channels, int sampleRate, int bits) {
        int blockAlign() {
            return channels * bits / 8;
        }
    }

    private WavFile() {}

    /** Reads a whole file from {@code in}, which stays open. */
    public static Pcm read(InputStream in) throws IOException, WavException {
        return read(in.readNBytes(MAX_BYTES + 1));
    }

    /** The sound of a whole file, at the file's rate, mixed down to one channel. */
    public static Pcm read(byte[] file) throws WavException {
        if (file.length > MAX_BYTES) {
            throw new WavException(Reason.TOO_LARGE, "The file has more than " + (MAX_BYTES >> 20) + " MiB");
        }
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        readRiffHeader(in);
        Format format = null;
        Pcm sound = null;
        while (in.remaining() >= CHUNK_HEADER && sound == null) {
            String id = id(in);
            ByteBuffer body = chunkBody(in, id);
            if (id.equals("fmt ") && format == null) {
                format = readFormat(body);
            } else if (id.equals("data")) {
                sound = readData(body, format);
            }
        }
        if (sound == null) {
            throw new WavException(Reason.NO_DATA, "The file has no data chunk");
        }
        return sound;
    }

    /** {@code sound} as a file of 16 bits, one channel. */
    public static byte[] write(Pcm sound) {
        short[] samples = sound.toShorts();
        int dataLength = Math.multiplyExact(2, samples.length);
        int length = RIFF_HEADER + CHUNK_HEADER + PCM_FORMAT + CHUNK_HEADER + dataLength;
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(length - CHUNK_HEADER).put(ascii("WAVE"));
        out.put(ascii("fmt ")).putInt(PCM_FORMAT).putShort((short) TAG_PCM).putShort((short) 1);
        out.putInt(sound.sampleRate())
                .putInt(2 * sound.sampleRate())
                .putShort((short) 2)
                .putShort((short) 16);
        out.put(ascii("data")).putInt(dataLength);
        for (short sample : samples) {
            out.putShort(sample);
        }
        return out.array();
    }

    private static void readRiffHeader(ByteBuffer in) throws WavException {
        if (in.remaining() < RIFF_HEADER) {
            throw new WavException(Reason.NOT_A_WAV_FILE, "The file has only " + in.remaining() + " bytes");
        }
        String container = id(in);
        long size = in.getInt() & 0xffff_ffffL;
        String form = id(in);
        if (!container.equals("RIFF") || !form.equals("WAVE")) {
            throw new WavException(
                    Reason.NOT_A_WAV_FILE,
                    "The file begins with \"" + container + "\" and \"" + form + "\", not RIFF and WAVE");
        }
        int present = in.limit() - CHUNK_HEADER;
        // The last chunk's pad byte is often counted and not written.
        if (size > present + 1L) {
            throw new WavException(
                    Reason.TRUNCATED,
                    "The file says that it goes on for " + size + " bytes, and " + present + " are there");
        }
        if (size < present) {
            in.limit((int) Math.max(size + CHUNK_HEADER, RIFF_HEADER));
        }
    }

    private static ByteBuffer chunkBody(ByteBuffer in, String id) throws WavException {
        long size = in.getInt() & 0xffff_ffffL;
        if (size > in.remaining()) {
            throw new WavException(
                    Reason.TRUNCATED,
                    "The chunk \"" + id + "\" says that it has " + size + " bytes, and " + in.remaining()
                            + " are there");
        }
        ByteBuffer body = in.slice(in.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
        in.position((int) Math.min(in.limit(), in.position() + size + (size & 1)));
        return body;
    }

    private static Format readFormat(ByteBuffer in) throws WavException {
        if (in.remaining() < PCM_FORMAT) {
            throw new WavException(Reason.MALFORMED_FORMAT, "The format chunk has only " + in.remaining() + " bytes");
        }
        int tag = in.getShort() & 0xffff;
        int channels = in.getShort() & 0xffff;
        long rate = in.getInt() & 0xffff_ffffL;
        in.getInt();
        int blockAlign = in.getShort() & 0xffff;
        int bits = in.getShort() & 0xffff;
        if (tag == TAG_EXTENSIBLE) {
            tag = readExtensibleTag(in, bits);
        }
        if (tag != TAG_PCM) {
            throw new WavException(Reason.UNSUPPORTED_ENCODING, "The samples are " + encodingName(tag) + ", not PCM");
        }
        if (channels != 1 && channels != 2) {
            throw new WavException(Reason.UNSUPPORTED_CHANNELS, "The file has " + channels + " channels");
        }
        if (rate < Resampler.MIN_RATE || rate > Resampler.MAX_RATE) {
            throw new WavException(Reason.UNSUPPORTED_SAMPLE_RATE, "The file has " + rate + " samples a second");
        }
        if (bits != 8 && bits != 16 && bits != 24) {
            throw new WavException(Reason.UNSUPPORTED_SAMPLE_SIZE, "The samples have " + bits + " bits");
        }
        Format format = new Format(channels, (int) rate, bits);
        if (blockAlign != format.blockAlign()) {
            throw new WavException(
                    Reason.MALFORMED_FORMAT,
                    channels + " channels of " + bits + " bits are said to take " + blockAlign + " bytes instead of "
                            + format.blockAlign());
        }
        return format;
    }

    private static int readExtensibleTag(ByteBuffer in, int bits) throws WavException {
        if (in.remaining() < EXTENSIBLE_FORMAT - PCM_FORMAT) {
            throw new WavException(Reason.MALFORMED_FORMAT, "The extensible format chunk is too short");
        }
        in.getShort();
        int validBits = in.getShort() & 0xffff;
        in.getInt();
        int tag = in.getShort() & 0xffff;
        byte[] tail = new byte[SUBTYPE_TAIL.length];
        in.get(tail);
        if (!Arrays.equals(tail, SUBTYPE_TAIL)) {
            throw new WavException(Reason.UNSUPPORTED_ENCODING, "The samples have a private sub-format, not PCM");
        }
        // Fewer valid bits are left-justified in their container, so the container is what is read.
        if (validBits > bits) {
            throw new WavException(
                    Reason.MALFORMED_FORMAT,
                    validBits + " valid bits are said to stand in samples of " + bits + " bits");
        }
        return tag;
    }

    private static Pcm readData(ByteBuffer in, @Nullable Format format) throws WavException {
        if (format == null) {
            throw new WavException(Reason.NO_FORMAT, "There is no format chunk before the data");
        }
        if (!in.hasRemaining()) {
            throw new WavException(Reason.NO_DATA, "The data chunk is empty");
        }
        if (in.remaining() % format.blockAlign() != 0) {
            throw new WavException(Reason.TRUNCATED, "The data ends in the middle of a sample");
        }
        float[] mono = new float[in.remaining() / format.blockAlign()];
        for (int i = 0; i < mono.length; i++) {
            float sum = 0;
            for (int channel = 0; channel < format.channels(); channel++) {
                sum += readSample(in, format.bits());
            }
            mono[i] = sum / format.channels();
        }
        return Pcm.owning(format.sampleRate(), mono);
    }

    private static float readSample(ByteBuffer in, int bits) {
        return switch (bits) {
            case 8 -> ((in.get() & 0xff) - 128) / 128f;
            case 16 -> in.getShort() / 32_768f;
            case 24 -> (in.get() & 0xff | (in.get() & 0xff) << 8 | in.get() << 16) / 8_388_608f;
            default -> throw new IllegalStateException("a sample of " + bits + " bits got past the check");
        };
    }

    private static String encodingName(int tag) {
        return switch (tag) {
            case 2 -> "ADPCM";
            case 3 -> "floating point";
            case 6 -> "A-law";
            case 7 -> "mu-law";
            case 0x11 -> "IMA ADPCM";
            case 0x31 -> "GSM 6.10";
            case 0x55 -> "MP3";
            default -> "of the encoding " + tag;
        };
    }

    /** Four bytes as text for comparison and messages; what cannot be printed becomes a question mark. */
    private static String id(ByteBuffer in) {
        StringBuilder out = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            int c = in.get() & 0xff;
            out.append(c >= 0x20 && c < 0x7f ? (char) c : '?');
        }
        return out.toString();
    }

    private static byte[] ascii(String id) {
        return id.getBytes(StandardCharsets.US_ASCII);
    }
}
