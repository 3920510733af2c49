package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.whodis.core.sframe.CipherSuite;

/**
 * Published vectors as questions of {@link org.whodis.web.vectors.VectorRunner}: of SFrame (RFC 9605 appendix C), of X-Wing's
 * draft, and of Project Wycheproof those of AES-GCM, X25519, Ed25519 and ML-KEM-768. Where the folder of vectors is not there
 * are none.
 */
record PublishedQuestions(List<String> questions, List<String> answers) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static PublishedQuestions read() throws IOException {
        PublishedQuestions all = new PublishedQuestions(new ArrayList<>(), new ArrayList<>());
        each("sframe/test-vectors/test-vectors.json", "header", (_, vector) -> {
            all.add("sframe-header " + number(vector, "kid") + " " + number(vector, "ctr"), text(vector, "encoded"));
        });
        each("sframe/test-vectors/test-vectors.json", "sframe", (_, vector) -> all.addSframe(vector));
        each("xwing/spec/test-vectors.json", "", (_, vector) -> {
            all.add("x-wing-public " + text(vector, "seed"), text(vector, "pk"));
            all.add(
                    "x-wing-encapsulate " + text(vector, "pk") + " " + text(vector, "eseed"),
                    text(vector, "ct") + " " + text(vector, "ss"));
            all.add("x-wing-decapsulate " + text(vector, "seed") + " " + text(vector, "ct"), text(vector, "ss"));
        });
        each("wycheproof/testvectors_v1/aes_gcm_test.json", "testGroups", PublishedQuestions::tests, all::addAesGcm);
        each("wycheproof/testvectors_v1/x25519_test.json", "testGroups", PublishedQuestions::tests, (_, test) -> {
            String shared = text(test, "shared");
            all.add(
                    "x25519 " + text(test, "private") + " " + text(test, "public"),
                    shared.matches("0+") ? "refused" : shared);
        });
        each("wycheproof/testvectors_v1/ed25519_test.json", "testGroups", PublishedQuestions::tests, (group, test) -> {
            String key = group.at("/publicKey/pk").asText();
            all.add(
                    "ed25519-verify " + key + " " + text(test, "msg") + " " + text(test, "sig"),
                    isValid(test) ? "yes" : "no");
        });
        each("wycheproof/testvectors_v1/mlkem_768_test.json", "testGroups", PublishedQuestions::tests, (_, test) -> {
            if (isValid(test) && test.has("seed")) {
                all.add("ml-kem-decapsulate " + text(test, "seed") + " " + text(test, "c"), text(test, "K"));
            }
        });
        return all;
    }

    private void addSframe(JsonNode vector) {
        String key = suite(vector.get("cipher_suite").intValue()) + " " + number(vector, "kid") + " "
                + text(vector, "base_key") + " ";
        String metadata = text(vector, "metadata");
        add(
                "sframe-encrypt " + key + number(vector, "ctr") + " " + metadata + " " + text(vector, "pt"),
                text(vector, "ct"));
        add("sframe-decrypt " + key + metadata + " " + text(vector, "ct"), text(vector, "pt"));
    }

    private static String suite(int value) {
        for (CipherSuite suite : CipherSuite.values()) {
            if (suite.value() == value) {
                return suite.name();
            }
        }
        throw new IllegalArgumentException("suite " + value);
    }

    /** The core takes nonces of 96 bits and keys of 128 and 256. */
    private void addAesGcm(JsonNode group, JsonNode test) {
        int bits = group.get("keySize").intValue();
        if (group.get("ivSize").intValue() == 96 && bits != 192) {
            String key = "AES_" + bits + "_GCM " + text(test, "key") + " " + text(test, "iv") + " " + text(test, "aad");
            String sealed = test.get("ct").asText() + test.get("tag").asText();
            add("aead-open " + key + " " + sealed, isValid(test) ? text(test, "msg") : "refused");
            if (isValid(test)) {
                add("aead-seal " + key + " " + text(test, "msg"), sealed);
            }
        }
    }

    private void add(String question, String answer) {
        questions.add(question);
        answers.add(answer);
    }

    private static void each(String file, String set, BiConsumer<JsonNode, JsonNode> use) throws IOException {
        each(file, set, List::of, use);
    }

    private static void each(
            String file,
            String set,
            java.util.function.Function<JsonNode, Iterable<JsonNode>> members,
            BiConsumer<JsonNode, JsonNode> use)
            throws IOException {
        Path path = folder().resolve(file);
        if (Files.exists(path)) {
            JsonNode root = JSON.readTree(path.toFile());
            for (JsonNode group : set.isEmpty() ? root : root.get(set)) {
                members.apply(group).forEach(test -> use.accept(group, test));
            }
        }
    }

    private static Iterable<JsonNode> tests(JsonNode group) {
        return group.get("tests");
    }

    private static Path folder() {
        return Optional.ofNullable(System.getenv("WHODIS_VECTORS"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("whodis.root", ".."))
                        .resolve("../shared/vectors")
                        .normalize());
    }

    private static boolean isValid(JsonNode test) {
        return test.get("result").asText().equals("valid");
    }

    private static String text(JsonNode node, String field) {
        String value = node.get(field).asText();
        return value.isEmpty() ? "-" : value;
    }

    private static String number(JsonNode node, String field) {
        return node.get(field).bigIntegerValue().toString();
    }
}
