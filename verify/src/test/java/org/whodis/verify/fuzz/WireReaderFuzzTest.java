package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Lets the input choose which constructs to read and then supply their bytes. Nothing but {@link DecodeException} may
 * come out, and what was read has to write itself back to exactly the bytes it came from.
 */
class WireReaderFuzzTest {
    /** Enough for every construct and every nesting; more would only slow the fuzzer down. */
    private static final int MAX_STEPS = 32;

    private static final int MAX_BYTES = 4096;

    @FuzzTest(maxDuration = "1m")
    void readsOrRefuses(byte[] data) {
        int split = data.length == 0 ? 0 : Math.min(data[0] & 0x1f, Math.min(data.length - 1, MAX_STEPS));
        WireReader in = new WireReader(Bytes.of(data).slice(Math.min(data.length, 1 + split), data.length));
        WireWriter back = new WireWriter();
        int start = in.position();
        try {
            for (int step = 0; step < split; step++) {
                copyOne(data[1 + step] & 0xff, in, back);
            }
        } catch (DecodeException refused) {
            return;
        }
        if (!in.since(start).equals(back.toBytes())) {
            throw new AssertionError("read " + in.since(start) + ", wrote " + back.toBytes());
        }
    }

    private static void copyOne(int construct, WireReader in, WireWriter back) throws DecodeException {
        switch (construct % 10) {
            case 0 -> back.uint8(in.uint8());
            case 1 -> back.uint16(in.uint16());
            case 2 -> back.uint32(in.uint32());
            case 3 -> back.uint64(in.uint64());
            case 4 -> back.fixed(in.fixed(construct / 10));
            case 5 -> back.vector(in.vector(MAX_BYTES));
            case 6 -> back.text(in.text(MAX_BYTES));
            case 7 -> back.list(in.list(MAX_BYTES, MAX_STEPS, item -> item.vector(MAX_BYTES)), WireWriter::vector);
            case 8 -> back.optional(in.optional(WireReader::uint16), WireWriter::uint16);
            default -> back.varint(in.varint());
        }
    }

    /** The deepest thing a structure does: lists of lists. */
    @FuzzTest(maxDuration = "1m")
    void nestedListsReadOrRefuse(byte[] data) {
        try {
            List<List<Bytes>> lists = WireReader.decode(
                    Bytes.of(data),
                    in -> in.list(
                            MAX_BYTES,
                            MAX_STEPS,
                            inner -> inner.list(MAX_BYTES, MAX_STEPS, item -> item.vector(MAX_BYTES))));
            WireWriter back =
                    new WireWriter().list(new ArrayList<>(lists), (out, list) -> out.list(list, WireWriter::vector));
            if (!back.toBytes().equals(Bytes.of(data))) {
                throw new AssertionError("not the bytes it came from");
            }
        } catch (DecodeException refused) {
            // The one exception that input may cause.
        }
    }
}
