package org.whodis.web.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.nayuki.qrcodegen.QrCode;
import io.nayuki.qrcodegen.QrSegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkQrTest {
    /** Of version 15, less mode and count: the longest that is drawn. */
    private static final int LONGEST = 415 - 3;

    @Test
    void theCodeIsTheOneThatTheLibraryMakesOfTheSameBytes() {
        // Around every change of version, and in between.
        for (int length = 1; length <= LONGEST; length++) {
            String text = "https://office.example/line#1.".repeat(14).substring(0, length);
            assertThat(LinkQr.rows(text)).as("%d bytes", length).isEqualTo(byLibrary(text));
        }
    }

    @Test
    void whatIsTooLongIsNotDrawn() {
        assertThat(LinkQr.rows("x".repeat(LONGEST))).isNotEmpty();
        assertThat(LinkQr.rows("x".repeat(LONGEST + 1))).isEmpty();
    }

    private static List<String> byLibrary(String text) {
        List<QrSegment> segments = List.of(QrSegment.makeBytes(text.getBytes(StandardCharsets.UTF_8)));
        QrCode code = QrCode.encodeSegments(segments, QrCode.Ecc.MEDIUM, 1, 40, -1, false);
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
