package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page's message files say the same in every language. That every key used is there is found by the type checker
 * ({@link TypesTest}); that every key there is used is found here.
 */
class MessagesTest {
    private static final Path SITE = Path.of(System.getProperty("whodis.root"), "web/src/browser/site");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*\\}");
    private static final Pattern PLACEHOLDER_AS_USED = Pattern.compile("\\{[a-z]+\\}");
    private static final Pattern LITERAL = Pattern.compile("\"([a-z][A-Za-z0-9.-]*)\"|`([a-z][^`\\s<]*)`");

    @Test
    void everyLanguageHasTheSameKeysInTheSameOrder() throws Exception {
        List<String> english = List.copyOf(messages("en").keySet());
        for (String language : languages()) {
            assertThat(List.copyOf(inOrder(language))).as(language).isEqualTo(List.copyOf(inOrder("en")));
            assertThat(messages(language).keySet()).as(language).containsExactlyElementsOf(english);
        }
        assertThat(languages()).contains("en", "fr");
    }

    @Test
    void everyLanguageHasTheSamePlaceholders() throws Exception {
        Map<String, String> english = messages("en");
        for (String language : languages()) {
            messages(language)
                    .forEach((key, text) -> assertThat(placeholders(text))
                            .as("%s of %s", key, language)
                            .isEqualTo(placeholders(english.get(key)))
                            .allMatch(PLACEHOLDER_AS_USED.asMatchPredicate()));
        }
    }

    @Test
    void noMessageIsEmptyOrHasBlanksAtItsEdges() throws Exception {
        for (String language : languages()) {
            messages(language)
                    .forEach((key, text) -> assertThat(text)
                            .as("%s of %s", key, language)
                            .isNotEmpty()
                            .isEqualTo(text.strip()));
        }
    }

    @Test
    void everyMessageIsUsed() throws Exception {
        List<Pattern> used = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SITE.resolve("screens"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher literals = LITERAL.matcher(Files.readString(file));
                while (literals.find()) {
                    used.add(literals.group(1) != null ? exactly(literals.group(1)) : template(literals.group(2)));
                }
            }
        }
        Set<String> unused = messages("en").keySet().stream()
                .filter(key -> used.stream()
                        .noneMatch(each -> each.matcher(key.replaceFirst("\\.(one|other)$", ""))
                                        .matches()
                                || each.matcher(key).matches()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unused).isEmpty();
    }

    private static Pattern exactly(String key) {
        return Pattern.compile(Pattern.quote(key));
    }

    /** A template literal whose holes are parts of keys; one that begins with a hole would match everything and is refused. */
    private static Pattern template(String text) {
        return Pattern.compile(Stream.of(text.split("\\$\\{[^}]*\\}+", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("[a-z0-9-]+")));
    }

    private static Set<String> placeholders(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .map(result -> result.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> languages() throws IOException {
        try (Stream<Path> files = Files.list(SITE.resolve("messages"))) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> inOrder(String language) throws IOException {
        List<String> keys = new ArrayList<>();
        read(language).fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static Map<String, String> messages(String language) throws IOException {
        Map<String, String> messages = new TreeMap<>();
        read(language)
                .properties()
                .forEach(each -> messages.put(each.getKey(), each.getValue().textValue()));
        return messages;
    }

    private static JsonNode read(String language) throws IOException {
        return new ObjectMapper()
                .readTree(SITE.resolve("messages").resolve(language + ".json").toFile());
    }
}
