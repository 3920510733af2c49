package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TypeScript's compiler, in Deno, finds the types of the page's scripts in order under its strictest rules, in TypeScript and in JavaScript. */
class TypesTest {
    private static final String DENO = "META-INF/resources/_static/linux-x64-glibc/2.5.4/deno";
    private static final Path SITE = Path.of(System.getProperty("whodis.root"), "web/src/browser/site");

    @TempDir
    Path folder;

    @Test
    void theTypesOfThePagesScriptsAreInOrder() throws Exception {
        assertThat(check(scripts(SITE))).isEqualTo("0");
    }

    @Test
    void aWrongTypeIsFound() throws Exception {
        for (Path file : scripts(SITE)) {
            Path copy = folder.resolve(SITE.relativize(file).toString());
            Files.createDirectories(copy.resolveSibling("."));
            Files.copy(file, copy);
        }
        Files.copy(SITE.resolve("deno.json"), folder.resolve("deno.json"));
        Path wrong = folder.resolve("wrong.js");
        Files.writeString(wrong, "// @ts-check\nimport { Core } from \"./core.js\";\nnew Core({}).runVectors(7);\n");
        assertThat(check(List.of(wrong))).startsWith("1").contains("TS2345");
        Path alsoWrong = folder.resolve("wrong.ts");
        Files.writeString(alsoWrong, """
                import { html } from "lit-html";
                import type { Call } from "./model.ts";
                export const shown = (call: Call) => html`${call.nobody}`;
                """);
        assertThat(check(List.of(alsoWrong))).startsWith("1").contains("TS2339");
    }

    private static List<Path> scripts(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(".js") || file.toString().endsWith(".ts"))
                    .sorted()
                    .toList();
        }
    }

    /** {@code 0}, or the exit status and what Deno said. */
    private String check(List<Path> files) throws Exception {
        Path deno = deno();
        List<String> command = new ArrayList<>(List.of(deno.toString(), "check", "--no-remote", "--no-npm"));
        files.forEach(file -> command.add(file.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(files.getFirst().getParent().toFile())
                .redirectErrorStream(true);
        builder.environment().put("DENO_DIR", folder.resolve("cache").toString());
        builder.environment().put("DENO_NO_UPDATE_CHECK", "1");
        builder.environment().put("NO_COLOR", "1");
        Process process = builder.start();
        String said;
        try (InputStream out = process.getInputStream()) {
            said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        int status = process.waitFor();
        return status == 0 ? "0" : status + "\n" + said;
    }

    /** Deno as its Maven artifact brings it, unpacked once for a build. */
    private static Path deno() throws IOException {
        URL resource = Collections.list(TypesTest.class.getClassLoader().getResources(DENO)).stream()
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(
                resource != null,
                "types are checked on Linux on x64, for which Maven has Deno; nothing of them is shipped");
        Path deno = Path.of("target", "deno-2.5.4").toAbsolutePath();
        if (!Files.isExecutable(deno)) {
            Path unpacked = Files.createTempFile(Files.createDirectories(deno.getParent()), "deno", "");
            try (InputStream in = resource.openStream()) {
                Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(unpacked.toFile().setExecutable(true)).isTrue();
            Files.move(unpacked, deno, StandardCopyOption.ATOMIC_MOVE);
        }
        return deno;
    }
}
