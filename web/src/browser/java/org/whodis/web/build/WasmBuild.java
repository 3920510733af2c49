package org.whodis.web.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.teavm.diagnostics.Problem;
import org.teavm.diagnostics.ProblemSeverity;
import org.teavm.tooling.EmptyTeaVMToolLog;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;
import org.whodis.web.edge.Edge;

/**
 * Compiles the core to WebAssembly GC with TeaVM. That takes most of the build's time, so it is done only when something that
 * goes in has changed: the content of our own classes, the names and sizes of the libraries.
 */
final class WasmBuild {
    private static final String MODULE = "core.wasm";
    private static final String FINGERPRINT = "core.wasm.inputs";

    private WasmBuild() {}

    /** The module that the class path gives, from {@code work} if it is there already. */
    static byte[] upToDate(List<Path> classpath, Path work) throws Exception {
        String inputs = fingerprint(classpath);
        Path module = work.resolve(MODULE);
        Path fingerprint = work.resolve(FINGERPRINT);
        if (!Files.exists(module)
                || !Files.exists(fingerprint)
                || !Files.readString(fingerprint).equals(inputs)) {
            Files.createDirectories(work);
            Files.deleteIfExists(fingerprint);
            compile(classpath, work);
            Files.writeString(fingerprint, inputs);
        }
        return Files.readAllBytes(module);
    }

    private static void compile(List<Path> classpath, Path work) throws Exception {
        long started = System.nanoTime();
        TeaVMTool tool = new TeaVMTool();
        tool.setTargetType(TeaVMTargetType.WEBASSEMBLY_GC);
        tool.setMainClass(Edge.class.getName());
        tool.setEntryPointName("main");
        tool.setTargetDirectory(work.toFile());
        tool.setTargetFileName(MODULE);
        tool.setClassPath(classpath.stream().map(Path::toFile).toList());
        // Without it array bounds go unchecked.
        tool.setStrict(true);
        tool.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
        tool.setObfuscated(true);
        tool.setAssertionsRemoved(true);
        tool.getTransformers().add(WithoutGeneratedTexts.class.getName());
        tool.setLog(new EmptyTeaVMToolLog());
        tool.generate();
        List<Problem> problems = tool.getProblemProvider().getProblems();
        if (problems.stream().anyMatch(problem -> problem.getSeverity() == ProblemSeverity.ERROR)) {
            throw new IllegalStateException(problems.stream()
                    .map(problem -> problem.getText() + " " + List.of(problem.getParams()) + " at "
                            + (problem.getLocation() == null
                                    ? "the entry point"
                                    : problem.getLocation().getMethod()))
                    .collect(Collectors.joining("\n", "The core uses what a browser lacks:\n", "")));
        }
        System.out.printf(
                "TeaVM compiled %d classes in %d s.%n",
                tool.getClasses().size(), (System.nanoTime() - started) / 1_000_000_000);
    }

    /** Maven gives our own modules as folders or as jars, depending on how far the build goes; the answer is the same. */
    private static String fingerprint(List<Path> classpath) throws IOException {
        Map<String, String> inputs = new TreeMap<>();
        for (Path entry : classpath) {
            if (Files.isDirectory(entry)) {
                addFolder(entry, inputs);
            } else if (isOurs(entry)) {
                addJar(entry, inputs);
            } else {
                inputs.put(entry.getFileName().toString(), Long.toString(Files.size(entry)));
            }
        }
        return inputs.entrySet().stream()
                .map(input -> input.getValue() + " " + input.getKey() + "\n")
                .collect(Collectors.joining());
    }

    private static boolean isOurs(Path jar) {
        Path folder = jar.toAbsolutePath().getParent();
        return folder != null && folder.endsWith("target");
    }

    private static void addFolder(Path folder, Map<String, String> inputs) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                inputs.put(folder.relativize(file).toString().replace('\\', '/'), hash(Files.readAllBytes(file)));
            }
        }
    }

    private static void addJar(Path jar, Map<String, String> inputs) throws IOException {
        try (InputStream in = Files.newInputStream(jar);
                ZipInputStream zip = new ZipInputStream(in, StandardCharsets.UTF_8)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".class")) {
                    inputs.put(entry.getName(), hash(zip.readAllBytes()));
                }
            }
        }
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
