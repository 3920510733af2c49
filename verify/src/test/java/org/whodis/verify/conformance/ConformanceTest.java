package org.whodis.verify.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every sentence of RFC 9420 and RFC 9605 with MUST, MUST NOT, REQUIRED or SHALL is held by a test that is there and runs, or
 * there is a reason why it does not apply. The sentences stand in {@code src/test/resources/conformance}, one a line: section,
 * its title, the sentence, and what holds it: {@code module.package.Class#method …}, or {@code -} and the reason.
 *
 * <p>{@code docs/conformance.md} is that list for people. {@code -Dwhodis.write=true} writes it anew.
 */
class ConformanceTest {
    /**
     * The documents. Number and hash are those of the sentences as they were taken from the sources of the RFCs: one that
     * falls out of the list, or is changed in it, is noticed.
     */
    enum Rfc {
        RFC_9420(
                "9420",
                "The Messaging Layer Security (MLS) Protocol",
                137,
                "34928ccefa4c1063ecaf5714b09d442a81baf6e44bbd68018c5c8269c7616410"),
        RFC_9605(
                "9605",
                "Secure Frame (SFrame)",
                14,
                "ea87437ae5693fb33fdad58e5065d3391dc22ea7fa755cf06b106e8507369fe9");

        final String number;
        final String title;
        final int sentences;
        final String sha256;

        Rfc(String number, String title, int sentences, String sha256) {
            this.number = number;
            this.title = title;
            this.sentences = sentences;
            this.sha256 = sha256;
        }
    }

    /** A sentence and what holds it: names of tests, or the reason why there is none. */
    private record Must(String section, String title, String sentence, List<String> tests, String reason) {}

    static final Path ROOT = Path.of(System.getProperty("whodis.root", ".."));
    private static final Pattern KEYWORD = Pattern.compile("\\b(MUST|REQUIRED|SHALL)\\b");

    private static final Pattern ANNOTATION = Pattern.compile("@(Test|ParameterizedTest|TestFactory|FuzzTest)\\b");

    @ParameterizedTest
    @EnumSource(Rfc.class)
    void noSentenceIsLeftOut(Rfc rfc) {
        List<Must> all = read(rfc);
        assertThat(all).hasSize(rfc.sentences);
        assertThat(all).allSatisfy(must -> assertThat(must.sentence()).containsPattern(KEYWORD));
        String text = all.stream()
                .map(must -> must.section() + " " + must.sentence() + "\n")
                .collect(Collectors.joining());
        assertThat(sha256(text)).isEqualTo(rfc.sha256);
    }

    @ParameterizedTest
    @EnumSource(Rfc.class)
    void everySentenceIsHeldByATestThatRunsOrDoesNotApplyForAReason(Rfc rfc) {
        for (Must must : read(rfc)) {
            if (must.tests().isEmpty()) {
                assertThat(must.reason().length()).as(must.sentence()).isGreaterThan(20);
            }
            for (String test : must.tests()) {
                assertThat(isATestThatRuns(test))
                        .as("%s holds '%s' of RFC %s section %s", test, must.sentence(), rfc.number, must.section())
                        .isTrue();
            }
        }
    }

    @Test
    void aTestThatIsNotThereIsNoticed() {
        assertThat(isATestThatRuns("core.mls.FramingRejectionTest#aReplayedMessageIsRefused"))
                .isTrue();
        assertThat(isATestThatRuns("core.mls.FramingRejectionTest#aReplayedMessageIsWelcome"))
                .isFalse();
        assertThat(isATestThatRuns("core.mls.TestGroups#follow"))
                .as("a method, and no test")
                .isFalse();
        assertThat(isATestThatRuns("core.mls.NothingTest#anything")).isFalse();
    }

    @Test
    void theDocumentIsTheList() throws IOException {
        Path document = ROOT.resolve("docs/conformance.md");
        String expected = document();
        if (Boolean.getBoolean("whodis.write")) {
            Files.writeString(document, expected);
        }
        assertThat(Files.readString(document))
                .as("docs/conformance.md; -Dwhodis.write=true writes it anew")
                .isEqualTo(expected);
    }

    // ------------------------------------------------------------------------------------------------- the list

    private static List<Must> read(Rfc rfc) {
        try (InputStream in = ConformanceTest.class.getResourceAsStream("/conformance/rfc" + rfc.number + ".tsv")) {
            List<Must> all = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String[] parts = line.split("\t", -1);
                assertThat(parts).as(line).hasSize(4);
                boolean isHeld = !parts[3].startsWith("- ");
                all.add(new Must(
                        parts[0],
                        parts[1],
                        parts[2],
                        isHeld ? List.of(parts[3].split(" ")) : List.of(),
                        isHeld ? "" : parts[3].substring(2)));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Surefire runs classes whose names end in Test; a disabled one does not count. */
    static boolean isATestThatRuns(String name) {
        int hash = name.indexOf('#');
        String type = name.substring(0, hash);
        String method = name.substring(hash + 1);
        String module = type.substring(0, type.indexOf('.'));
        Path source = ROOT.resolve(module + "/src/test/java/org/whodis/" + type.replace('.', '/') + ".java");
        if (!type.endsWith("Test") || !Files.exists(source)) {
            return false;
        }
        try {
            String text = Files.readString(source);
            Matcher declared =
                    Pattern.compile("(void|>) " + Pattern.quote(method) + "\\(").matcher(text);
            if (text.contains("@Disabled") || !declared.find()) {
                return false;
            }
            // Its annotations stand between it and the empty line above.
            int above = text.lastIndexOf("\n\n", declared.start());
            return ANNOTATION.matcher(text.substring(above, declared.start())).find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    // ------------------------------------------------------------------------------------------------- the document

    private static String document() {
        StringBuilder out = new StringBuilder("""
                # Conformance

                Every sentence of RFC 9420 (MLS) and RFC 9605 (SFrame) with MUST, MUST NOT, REQUIRED or SHALL, and the test that holds
                it; where none does, why. Written by `ConformanceTest` in `verify` from `src/test/resources/conformance`, which fails
                if a sentence is missing, if a test is not there, or if this page is another. Where a rule is a list of checks,
                each check has a number in `core.mls.Rejection` and an input that breaks it (`EveryRejectionIsTestedTest`).
                """);
        for (Rfc rfc : Rfc.values()) {
            List<Must> all = read(rfc);
            long held = all.stream().filter(must -> !must.tests().isEmpty()).count();
            out.append("\n## RFC ")
                    .append(rfc.number)
                    .append(", ")
                    .append(rfc.title)
                    .append("\n\n");
            out.append(all.size())
                    .append(" sentences, ")
                    .append(held)
                    .append(" held by tests, ")
                    .append(all.size() - held)
                    .append(" that do not apply. By section: ");
            Map<String, Integer> counts = new LinkedHashMap<>();
            all.forEach(must -> counts.merge(must.section(), 1, Integer::sum));
            out.append(counts.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + entry.getValue())
                            .collect(Collectors.joining(", ")))
                    .append(".\n");
            String section = "";
            for (Must must : all) {
                if (!must.section().equals(section)) {
                    section = must.section();
                    out.append("\n### ")
                            .append(section)
                            .append(" ")
                            .append(must.title())
                            .append("\n\n");
                }
                out.append("- ").append(must.sentence()).append("  \n  ");
                out.append(
                                must.tests().isEmpty()
                                        ? "*Does not apply:* " + must.reason()
                                        : must.tests().stream()
                                                .map(test -> "`" + test + "`")
                                                .collect(Collectors.joining(", ")))
                        .append("\n");
            }
        }
        return out.toString();
    }
}
