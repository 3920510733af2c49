package org.whodis.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds published test vectors and fuzz seeds, which the project reads and does not copy: in the folder that
 * {@code WHODIS_VECTORS} names, else in {@code ../shared/vectors} beside the repository. A test whose files are not there is
 * skipped and says where they are published.
 */
public final class PublishedVectors {
    private PublishedVectors() {}

    public static JsonNode json(String path, String publishedAt) throws IOException {
        return new ObjectMapper().readTree(existing(path, publishedAt).toFile());
    }

    /** The contents of all files below a folder, in the order of their names. */
    public static List<byte[]> files(String path, String publishedAt) throws IOException {
        try (Stream<Path> files = Files.walk(existing(path, publishedAt))) {
            List<byte[]> contents = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                contents.add(Files.readAllBytes(file));
            }
            return contents;
        }
    }

    private static Path existing(String path, String publishedAt) {
        Path folder = Optional.ofNullable(System.getenv("WHODIS_VECTORS"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("whodis.root", ".."))
                        .resolve("../shared/vectors")
                        .normalize());
        Path existing = folder.resolve(path);
        Assumptions.assumeTrue(
                Files.exists(existing), () -> "no " + existing + "; the set is published at " + publishedAt);
        return existing;
    }
}
