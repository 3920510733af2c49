package org.whodis.app.web;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.brotli.dec.BrotliInputStream;
import org.whodis.core.wire.Bytes;

/**
 * Unpacks what a stranger packed, to a limit, and strictly: where decoders may differ on what a body unpacks to, it is refused,
 * since the browser might see another file than this check.
 */
final class Packed {
    /** RFC 1952: the magic number, the method, no flags, four bytes of time, extra flags, the system. */
    private static final int GZIP_HEADER = 10;

    private static final int GZIP_TRAILER = 8;
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int DEFLATE = 8;
    private static final int BUFFER = 16 * 1024;

    private Packed() {}

    /**
     * What {@code body} is unpacked.
     *
     * @param coding as Content-Encoding has it, in lower case, or empty for none
     * @param most bytes that it may have then
     * @throws IOException with the end of a sentence that begins with "comes"
     */
    static Bytes unpack(Bytes body, String coding, int most) throws IOException {
        return switch (coding) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> gunzip(body.toArray(), most);
            case "br" -> unpackBrotli(body, most);
            default -> throw new IOException("in the encoding " + printable(coding) + ", which this check cannot read");
        };
    }

    /** One member without optional fields: several are one file to some decoders and the first alone to browsers. */
    private static Bytes gunzip(byte[] packed, int most) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.BIG_ENDIAN);
        if (packed.length < GZIP_HEADER + GZIP_TRAILER
                || Short.toUnsignedInt(in.getShort(0)) != GZIP_MAGIC
                || in.get(2) != DEFLATE
                || in.get(3) != 0) {
            throw new IOException("as gzip and is none, or of an unusual kind");
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, GZIP_HEADER, packed.length - GZIP_HEADER);
            byte[] content = inflate(inflater, most);
            CRC32 crc = new CRC32();
            crc.update(content);
            int trailer = packed.length - inflater.getRemaining();
            if (inflater.getRemaining() != GZIP_TRAILER
                    || in.order(ByteOrder.LITTLE_ENDIAN).getInt(trailer) != (int) crc.getValue()
                    || in.getInt(trailer + Integer.BYTES) != content.length) {
                throw new IOException("as gzip that ends otherwise than it should");
            }
            return Bytes.of(content);
        } catch (DataFormatException e) {
            throw new IOException("as gzip that cannot be unpacked", e);
        } finally {
            inflater.end();
        }
    }

    private static byte[] inflate(Inflater inflater, int most) throws DataFormatException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        while (!inflater.finished()) {
            int length = inflater.inflate(buffer);
            if (length == 0 && !inflater.finished()) {
                throw new IOException("as gzip that is cut off");
            }
            out.write(buffer, 0, length);
            if (out.size() > most) {
                throw tooLong(most);
            }
        }
        return out.toByteArray();
    }

    private static Bytes unpackBrotli(Bytes packed, int most) throws IOException {
        byte[] content;
        try (BrotliInputStream in = new BrotliInputStream(new ByteArrayInputStream(packed.toArray()))) {
            content = in.readNBytes(most + 1);
        } catch (IOException e) {
            throw new IOException("as br that cannot be unpacked", e);
        }
        if (content.length > most) {
            throw tooLong(most);
        }
        return Bytes.of(content);
    }

    private static IOException tooLong(int most) {
        return new IOException("packed and is more than " + most + " bytes unpacked");
    }

    /** A stranger's text goes onto a terminal. */
    private static String printable(String coding) {
        String plain = coding.replaceAll("[^a-z0-9, -]", "?");
        return plain.length() > 40 ? plain.substring(0, 40) + "…" : plain;
    }
}
