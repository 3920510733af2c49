package org.whodis.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.whodis.core.wire.Bytes;

/**
 * What a site consists of: a line for each file, in the order of the paths, as {@code sha256sum} writes them.
 *
 * <pre>
 *   64 hexadecimal digits, two blanks, the path, a line feed
 * </pre>
 */
public final class Manifest {
    /** Far more than a site has: what claims more is not one. */
    public static final int MAX_FILES = 200;

    public static final int MAX_LENGTH = 64 * 1024;

    private static final int DIGITS = 64;

    private final String text;
    private final SequencedMap<String, Bytes> files;

    private Manifest(String text, SequencedMap<String, Bytes> files) {
        this.text = text;
        this.files = files;
    }

    /**
     * Reads a manifest, this build's own or one that an office served.
     *
     * @throws IllegalArgumentException with a message for people if it is none
     */
    public static Manifest parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a manifest of " + text.length() + " characters");
        }
        SequencedMap<String, Bytes> files = new LinkedHashMap<>();
        String last = "";
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            if (end < 0 || files.size() == MAX_FILES) {
                throw new IllegalArgumentException("a manifest without an end");
            }
            String line = text.substring(from, end);
            if (line.length() <= DIGITS + 2 || !line.startsWith("  ", DIGITS) || line.charAt(DIGITS + 2) != '/') {
                throw new IllegalArgumentException("line " + (files.size() + 1) + " is not hash and path");
            }
            String path = line.substring(DIGITS + 2);
            if (path.compareTo(last) <= 0 || !isPlain(path)) {
                throw new IllegalArgumentException(
                        "line " + (files.size() + 1) + " is out of order or has odd characters");
            }
            files.put(path, Bytes.fromHex(line.substring(0, DIGITS)));
            last = path;
            from = end + 1;
        }
        return new Manifest(text, files);
    }

    /** No path of ours needs more, and nothing else gets into a request or onto a terminal. */
    private static boolean isPlain(String path) {
        // Two slashes would be another host.
        return !path.startsWith("//")
                && path.chars()
                        .allMatch(
                                c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '/' || c == '-' || c == '.');
    }

    public String text() {
        return text;
    }

    /** The hash of each file by its path. */
    public SequencedMap<String, Bytes> files() {
        return files;
    }

    /**
     * How another manifest differs from this one: for each path that does, what a person should know. Empty for none.
     */
    public Map<String, String> differencesTo(Manifest other) {
        Map<String, String> differences = new TreeMap<>();
        files.forEach((path, hash) -> {
            Bytes theirs = other.files.get(path);
            if (theirs == null) {
                differences.put(path, "is in this build and is not served");
            } else if (!theirs.equals(hash)) {
                differences.put(path, "is not what this build has");
            }
        });
        other.files.forEach((path, hash) -> {
            if (!files.containsKey(path)) {
                differences.put(path, "is served and is not in this build");
            }
        });
        return differences;
    }
}
