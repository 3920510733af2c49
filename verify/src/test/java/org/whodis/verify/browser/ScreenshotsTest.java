package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Pictures of every screen, for people to look at: {@code ./whodis screenshots}. Both widths and both themes in English; in
 * French, whose words are longer, the light theme.
 */
@Tag("campaign")
class ScreenshotsTest {
    private static final Path OUT = Path.of(System.getProperty("whodis.screenshots", "target/screenshots"));

    @Test
    void takesThem() throws Exception {
        Files.createDirectories(OUT);
        int taken = 0;
        try (Components components = Components.open()) {
            List<String> scenes = components.scenes();
            for (String language : List.of("en", "fr")) {
                components.speak(language);
                for (Components.Look look : Components.Look.all()) {
                    if (language.equals("fr") && look.dark()) {
                        continue;
                    }
                    components.look(look);
                    for (String scene : scenes) {
                        components.show(scene);
                        Files.write(OUT.resolve(scene + "-" + look + "-" + language + ".png"), components.picture());
                        taken++;
                    }
                }
            }
            assertThat(taken).isEqualTo(scenes.size() * 6);
        }
        System.out.println(taken + " pictures in " + OUT.toAbsolutePath());
    }
}
