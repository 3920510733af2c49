package org.whodis.web.phone;

import io.nayuki.qrcodegen.QrCode;
import java.util.ArrayList;
import java.util.List;
import org.whodis.core.wire.Bytes;

/**
 * A QR code of a link (ISO/IEC 18004): one segment in byte mode, correction level M. The library's own segments recognise text by
 * regular expressions, which a page would have to carry.
 */
final class LinkQr {
    /** Codewords of data at level M, of version 1 on (table 7). */
    private static final int[] CAPACITY = {16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415};

    private static final int BYTE_MODE = 4;

    /** From this version on the count has 16 bits instead of 8. */
    private static final int LONG_COUNT = 10;

    private static final int[] PADDING = {0xec, 0x11};

    private final byte[] codewords;
    private int bits;

    private LinkQr(int capacity) {
        this.codewords = new byte[capacity];
    }

    /** Its rows from the top, of {@code 1} for dark and {@code 0}; without the quiet zone. Empty if the text is too long for any. */
    static List<String> rows(String text) {
        byte[] bytes = Bytes.utf8(text).toArray();
        for (int version = 1; version <= CAPACITY.length; version++) {
            int countBits = version < LONG_COUNT ? 8 : 16;
            if (4 + countBits + 8 * bytes.length <= 8 * CAPACITY[version - 1]) {
                LinkQr data = new LinkQr(CAPACITY[version - 1]);
                data.append(BYTE_MODE, 4);
                data.append(bytes.length, countBits);
                for (byte each : bytes) {
                    data.append(each & 0xff, 8);
                }
                return drawn(new QrCode(version, QrCode.Ecc.MEDIUM, data.padded(), -1));
            }
        }
        return List.of();
    }

    private void append(int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            codewords[bits / 8] |= (byte) ((value >> i & 1) << 7 - bits % 8);
            bits++;
        }
    }

    /** The terminator is of zeros, as far as there is room for it. */
    private byte[] padded() {
        int used = (Math.min(bits + 4, 8 * codewords.length) + 7) / 8;
        for (int i = used; i < codewords.length; i++) {
            codewords[i] = (byte) PADDING[(i - used) % 2];
        }
        return codewords;
    }

    private static List<String> drawn(QrCode code) {
        List<String> rows = new ArrayList<>();
        for (int y = 0; y < code.size; y++) {
            StringBuilder row = new StringBuilder();
            for (int x = 0; x < code.size; x++) {
                row.append(code.getModule(x, y) ? '1' : '0');
            }
            rows.add(row.toString());
        }
        return rows;
    }
}
