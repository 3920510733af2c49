package org.whodis.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.wire.Bytes;

class ManifestTest {
    private static final String HASH = "00".repeat(31) + "0f";

    @Test
    void theBuildsManifestNamesEveryFileByItsHash() {
        for (SiteFile file : Site.load().files()) {
            assertThat(new BcPrimitives().hash(HashAlgorithm.SHA256, file.body()))
                    .isEqualTo(file.sha256());
            if (file.isImmutable()) {
                assertThat(file.path()).contains(file.sha256().hex().substring(0, 20));
            } else {
                assertThat(file.path()).isEqualTo("/");
            }
        }
    }

    @Test
    void everyScriptAndStyleThatThePageLoadsIsBoundToItsContent() {
        String index = text("/");
        Matcher tags = Pattern.compile("<(?:script|link)[^>]*>").matcher(index);
        int loaded = 0;
        while (tags.find()) {
            assertThat(tags.group()).containsPattern("(src|href)=\"/assets/");
            // Browsers know no integrity of icons and of the application's manifest: their names are of their content,
            // and
            // that is all.
            if (!tags.group().matches(".*rel=\"(icon|apple-touch-icon|manifest)\".*")) {
                assertThat(tags.group()).containsPattern("integrity=\"sha384-[^\"]{64}\"");
                loaded++;
            }
        }
        assertThat(loaded).isGreaterThan(3);
        for (SiteFile file : Site.load().files()) {
            Matcher imports = Pattern.compile("\nimport .*\"(.*)\"").matcher(utf8(file.body()));
            while (file.path().endsWith(".js") && imports.find()) {
                assertThat(index).as("preloaded with its integrity").contains("\"" + imports.group(1) + "\"");
            }
        }
    }

    @Test
    void thePageHasNoScriptOrStyleInside() {
        assertThat(text("/"))
                .doesNotContain("<style", "style=\"", "javascript:")
                .doesNotContainPattern("<script[^>]*>[^<]")
                .doesNotContainPattern(" on[a-z]+=");
    }

    @Test
    void aManifestIsReadAsItIsWritten() {
        Manifest manifest = Manifest.parse(HASH + "  /\n" + HASH + "  /assets/a-0.js\n");
        assertThat(manifest.files().keySet()).containsExactly("/", "/assets/a-0.js");
        assertThat(manifest.files().get("/")).isEqualTo(Bytes.fromHex(HASH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "\n",
                "00  /\n",
                "@  /",
                "@ /x\n",
                "@  x\n",
                "@  //example.org/x\n",
                "@  /x\u001b[2J\n",
                "@  /X\n",
                "@  /b\n@  /a\n",
                "@  /a\n@  /a\n",
                "zz@  /\n"
            })
    void whatIsNoManifestIsRefused(String text) {
        assertThatThrownBy(() -> Manifest.parse(text.replace("@", HASH))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aManifestThatIsCutAnywhereIsRefusedOrLosesWholeLines() {
        String whole = HASH + "  /\n" + HASH + "  /assets/a-0.js\n";
        for (int length = 1; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            if (!cut.endsWith("\n")) {
                assertThatThrownBy(() -> Manifest.parse(cut)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void aManifestOfTooMuchIsRefused() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= Manifest.MAX_FILES; i++) {
            many.append(HASH).append("  /").append(1000 + i).append('\n');
        }
        assertThatThrownBy(() -> Manifest.parse(many.toString())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Manifest.parse("0".repeat(Manifest.MAX_LENGTH + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(String path) {
        return Site.load().files().stream()
                .filter(file -> file.path().equals(path))
                .map(file -> utf8(file.body()))
                .findFirst()
                .orElseThrow();
    }

    private static String utf8(Bytes bytes) {
        return new String(bytes.toArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
