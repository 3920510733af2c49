package org.whodis.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.whodis.core.wire.Bytes;

/**
 * Finds published test vectors, which the project reads and does not copy: in the folder that {@code WHODIS_VECTORS}
 * names, else in {@code ../shared/vectors} beside the repository. A test whose file is not there is skipped and says
 * where the set is published.
 */
public final class PublishedVectors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PublishedVectors() {}

    /** The file {@code path} below the folder of vectors; skips the test if it is absent. */
    public static Path file(String path, String publishedAt) {
        Path file = folder().resolve(path);
        Assumptions.assumeTrue(Files.exists(file), () -> "no " + file + "; the set is published at " + publishedAt);
        return file;
    }

    /** The JSON document {@code path}; skips the test if it is absent. */
    public static JsonNode json(String path, String publishedAt) throws IOException {
        return JSON.readTree(file(path, publishedAt).toFile());
    }

    /** A hexadecimal field of {@code node}. */
    public static Bytes hex(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw new IllegalArgumentException("no field " + field + " in " + node);
        }
        return Bytes.fromHex(value.asText());
    }

    private static Path folder() {
        return Optional.ofNullable(System.getenv("WHODIS_VECTORS"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("whodis.root", ".."))
                        .resolve("../shared/vectors")
                        .normalize());
    }
}
