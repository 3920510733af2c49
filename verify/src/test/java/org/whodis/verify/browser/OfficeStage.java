package org.whodis.verify.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.whodis.media.audio.Pcm;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.verify.endtoend.Speech;
import org.whodis.verify.endtoend.TestPhone;

/**
 * A real office behind a {@link Wire}, and one browser of each kind, which many people use without knowing of each other.
 * Whoever is at Chromium says what Ada says; Firefox has but a tone of 1000 Hz for a microphone; a Java phone says what Bob
 * says.
 */
final class OfficeStage implements AutoCloseable {
    static final Pcm AT_CHROMIUM = Speech.ofAda();
    static final Pcm AT_JAVA_PHONE = Speech.ofBob();

    final Wire wire = new Wire();
    final Office office;
    private final Path folder;
    private final Map<BrowserKind, Browser> browsers = new EnumMap<>(BrowserKind.class);

    OfficeStage(Path folder) throws Exception {
        this.folder = folder;
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office"))
                .withDomain(wire.domain())
                .withAdvertisedRelay(wire));
        wire.leadTo(office.httpsAddress());
    }

    Browser browser(BrowserKind kind) throws Exception {
        Browser browser = browsers.get(kind);
        if (browser == null) {
            browser = kind.launch(AT_CHROMIUM);
            browsers.put(kind, browser);
        }
        return browser;
    }

    /** Somebody with a browser of their own who has loaded nothing yet. */
    PageUser newcomer(BrowserKind kind) throws Exception {
        return new PageUser(browser(kind).apart(), office);
    }

    /** Somebody who has joined and is online. */
    PageUser person(BrowserKind kind, String name) throws Exception {
        return newcomer(kind).join(name, "Somebody");
    }

    TestPhone javaPhone(String name) throws Exception {
        return TestPhone.enrol(office, folder.resolve(name), name, AT_JAVA_PHONE);
    }

    @Override
    public void close() throws IOException {
        browsers.values().forEach(Browser::close);
        office.close();
        wire.close();
    }
}
