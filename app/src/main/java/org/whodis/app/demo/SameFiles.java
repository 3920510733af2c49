package org.whodis.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What two folders have in common. */
final class SameFiles {
    /** What every database of SQLite begins with. All that it holds lies in the file beside it for a while. */
    private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final int EMPTY_DATABASE = 4096;

    private SameFiles() {}

    /** Names of files that are not empty and lie in both folders with the same content, wherever; null if they cannot be read. */
    static @Nullable List<String> in(Path one, Path other) {
        try {
            List<String> same = new ArrayList<>();
            List<Path> others = files(other);
            for (Path file : files(one)) {
                byte[] content = Files.readAllBytes(file);
                for (Path candidate : others) {
                    if (holdsSomething(content)
                            && Files.size(candidate) == content.length
                            && Arrays.equals(content, Files.readAllBytes(candidate))) {
                        same.add(file.getFileName().toString());
                        break;
                    }
                }
            }
            return same;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean holdsSomething(byte[] content) {
        boolean isEmptyDatabase = content.length <= EMPTY_DATABASE
                && content.length >= SQLITE.length
                && Arrays.equals(content, 0, SQLITE.length, SQLITE, 0, SQLITE.length);
        return content.length > 0 && !isEmptyDatabase;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
