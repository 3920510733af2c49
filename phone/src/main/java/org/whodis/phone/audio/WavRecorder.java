package org.whodis.phone.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;

/**
 * Records what is heard into a WAV file while the call goes on. The lengths in the file's header are brought up to date
 * every second and never claim more than is there, so that the file can be read whenever and however the phone stops.
 *
 * <p>{@link #write} never waits: a thread of its own writes to the disk.
 */
public final class WavRecorder implements AudioSink, AutoCloseable {
    /** A disk may stall for this long, four seconds, before sound is lost. */
    private static final int QUEUE_FRAMES = 200;

    private static final int FRAMES_PER_HEADER = 50;
    private static final int HEADER_BYTES = WavFile.write(Pcm.ofShorts(AudioFrame.SAMPLE_RATE, new short[0])).length;
    private static final int RIFF_SIZE_AT = 4;
    private static final int DATA_SIZE_AT = HEADER_BYTES - 4;

    /** The sizes of a WAV file are 32 bits; recording ends before they overflow, after six hours. */
    private static final int MAX_DATA_BYTES = Integer.MAX_VALUE - HEADER_BYTES;

    /** Ends the queue: no frame is this short. */
    private static final short[] END = new short[0];

    private final FileChannel file;
    private final FrameQueue queue = new FrameQueue(QUEUE_FRAMES);
    private final Thread thread;
    private int dataBytes;
    private volatile @Nullable IOException fault;
    private volatile boolean closed;

    private WavRecorder(FileChannel file) {
        this.file = file;
        this.thread = Thread.ofPlatform().daemon().name("whodis-recorder").unstarted(this::pump);
    }

    /** Creates or replaces {@code path}. */
    public static WavRecorder create(Path path) throws AudioUnavailableException {
        try {
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            WavRecorder recorder = new WavRecorder(file);
            recorder.append(ByteBuffer.wrap(WavFile.write(Pcm.ofShorts(AudioFrame.SAMPLE_RATE, new short[0]))));
            recorder.thread.start();
            return recorder;
        } catch (IOException e) {
            throw new AudioUnavailableException("The recording " + path + " cannot be written (" + e
                    + "). Choose another file with --wav-out FILE.");
        }
    }

    @Override
    public void write(short[] frame) {
        AudioFrame.requireLength(frame);
        if (!closed) {
            queue.put(frame);
        }
    }

    /** Why the recording is not complete, or null if it is. */
    public @Nullable IOException fault() {
        return fault;
    }

    /** Writes what is left and closes the file; may be called twice. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        queue.put(END);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump() {
        try (file) {
            ByteBuffer bytes = ByteBuffer.allocate(SoundDevices.FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            int sinceHeader = 0;
            for (short[] frame = queue.take(); frame.length > 0; frame = queue.take()) {
                if (dataBytes > MAX_DATA_BYTES - SoundDevices.FRAME_BYTES) {
                    continue;
                }
                bytes.clear();
                bytes.asShortBuffer().put(frame);
                append(bytes.limit(SoundDevices.FRAME_BYTES));
                dataBytes += SoundDevices.FRAME_BYTES;
                if (++sinceHeader == FRAMES_PER_HEADER) {
                    updateHeader();
                    sinceHeader = 0;
                }
            }
            updateHeader();
        } catch (IOException e) {
            fault = e;
            closed = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private void updateHeader() throws IOException {
        writeSize(HEADER_BYTES - 8 + dataBytes, RIFF_SIZE_AT);
        writeSize(dataBytes, DATA_SIZE_AT);
    }

    private void writeSize(int size, int at) throws IOException {
        file.write(
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(size)
                        .flip(),
                at);
    }
}
