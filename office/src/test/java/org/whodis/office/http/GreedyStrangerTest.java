package org.whodis.office.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.testkit.RawTls;

/** A stranger who asks and asks and never takes an answer. */
class GreedyStrangerTest {
    /** Their answers are some 100 MB: more than the buffers of any socket take. */
    private static final int ROUNDS = 300;

    private static final int REQUESTS_AT_ONCE = 600;

    /** So that the server has its turn; else all requests fit into the buffers before it has read one. */
    private static final long PAUSE_MILLIS = 20;

    @TempDir
    Path folder;

    @Test
    void whoAsksWithoutReadingTheAnswersIsCutBeforeTheyFillTheMemory() throws Exception {
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
                RawTls greedy = new RawTls(office.httpsAddress());
                RawTls other = new RawTls(office.httpsAddress())) {
            String requests = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(REQUESTS_AT_ONCE);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            greedy.write(requests);
                            Thread.sleep(PAUSE_MILLIS);
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(other.get("/healthz").status()).isEqualTo(200);
        }
    }
}
