package org.whodis.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.phone.PendingEnrolment;

/** The office that the demonstration leaves to two people with browsers. */
class BrowserStageTest {
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    static Path folder;

    private static BrowserStage stage;

    @BeforeAll
    static void open() throws Exception {
        stage = BrowserStage.open(folder.resolve("office"), new Narrator(new PrintWriter(new StringWriter())));
    }

    @AfterAll
    static void close() throws Exception {
        stage.close();
    }

    @Test
    void aBrowserOfThisMachineGetsThePageWithoutACertificate() throws Exception {
        URI link = stage.invite("Ada", "First Programmer");
        assertThat(link.getScheme()).isEqualTo("http");
        assertThat(link.getHost()).isEqualTo("localhost");
        assertThat(link.getPath()).isEqualTo("/join");
        assertThat(link.getAuthority()).isEqualTo(stage.office().domain());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aJavaPhoneEntersByTheSameDoorWithTheSameLink() throws Exception {
        URI link = stage.invite("Grace", "Rear Admiral");
        try (DemoPhone phone = new DemoPhone("Grace", folder.resolve("phone"), new JdkPrimitives(), null)) {
            PendingEnrolment pending = phone.enrol(link.toString().replaceFirst("^http:", "https:"));
            String typed = String.join(", ", pending.words()).toUpperCase(Locale.ROOT);
            assertThat(stage.office().confirm(BrowserStage.words(typed)).name()).isEqualTo("Grace");
        }
    }

    @Test
    void wordsAreUnderstoodHoweverTheyAreTyped() {
        assertThat(BrowserStage.words("  Harbour, velvet   nineteen; Orchard. "))
                .isEqualTo("harbour velvet nineteen orchard");
        assertThat(BrowserStage.words("   ")).isEmpty();
    }
}
