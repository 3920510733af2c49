package org.whodis.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code whodis} itself, run by a real shell in a folder where a stand-in for Maven writes down its calls. */
final class LauncherTest {
    private static final String[] MODULES = {"core", "media", "relay", "office", "phone", "app"};

    @TempDir
    Path folder;

    private Path project;
    private Path emptyRoot;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOutAProject() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh here");
        project = Files.createDirectories(folder.resolve("a project"));
        emptyRoot = Files.createDirectories(folder.resolve("empty root"));
        Files.copy(Path.of(System.getProperty("whodis.root"), "whodis"), project.resolve("whodis"));
        executable(project.resolve("whodis"));
        Files.writeString(project.resolve("pom.xml"), "<project/>");
        Files.createDirectories(project.resolve(".mvn"));
        for (String module : MODULES) {
            Files.createDirectories(project.resolve(module).resolve("src/main"));
            Files.writeString(project.resolve(module).resolve("pom.xml"), "<project/>");
        }
        // A JDK whose java says how it was called.
        Path jdk = emptyRoot.resolve("usr/lib/jvm/jdk-25/bin");
        Files.createDirectories(jdk);
        script(jdk.resolve("java"), "echo \"java: $*\"");
        script(jdk.resolve("javac"), "exit 0");
        Files.writeString(jdk.getParent().resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
        mavenDoes("");
        environment.put("WHODIS_JDK_ROOT", emptyRoot.toString());
    }

    @Test
    void theFirstRunBuildsAndTheNextDoesNot() throws Exception {
        Outcome first = whodis("--version");
        assertThat(first.exit()).as(first.toString()).isZero();
        assertThat(first.output()).contains("org.whodis.app.Whodis --version");
        assertThat(mavenCalls()).hasSize(1);
        assertThat(mavenCalls().getFirst()).contains("package").contains("-Dmaven.test.skip=true");

        Outcome second = whodis("--version");
        assertThat(second.exit()).isZero();
        assertThat(second.errors()).isEmpty();
        assertThat(mavenCalls()).hasSize(1);
    }

    @Test
    void aChangedAnAddedAndARemovedSourceEachBuildAgain() throws Exception {
        whodis("--version");
        Path source = project.resolve("core/src/main/A.java");
        awaitALaterTimestamp();
        Files.writeString(source, "class A {}");
        whodis("--version");
        assertThat(mavenCalls()).hasSize(2);
        awaitALaterTimestamp();
        Files.writeString(source, "final class A {}");
        whodis("--version");
        assertThat(mavenCalls()).hasSize(3);
        awaitALaterTimestamp();
        Files.delete(source);
        whodis("--version");
        assertThat(mavenCalls()).hasSize(4);
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsNotTakenForABuild() throws Exception {
        mavenDoes("echo '[ERROR] core/A.java:[1,1] this cannot be'; exit 1");
        Outcome outcome = whodis("demo");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.errors()).contains("this cannot be").contains("build.log");
        assertThat(outcome.output()).doesNotContain("java:");
        assertThat(project.resolve(".whodis/build.lock")).doesNotExist();
        mavenDoes("");
        assertThat(whodis("demo").exit()).isZero();
        assertThat(mavenCalls()).hasSize(2);
    }

    @Test
    void itWorksThroughSymbolicLinksAndFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a project/whodis"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link);
        Outcome outcome = run(List.of(second.toString(), "--version"), Path.of("/"));
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.output()).contains(project.resolve("app/target/lib") + "/*");
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
        Path java = emptyRoot.resolve("usr/lib/jvm/jdk-25/bin/java");
        script(java, "for a in \"$@\"; do printf '[%s]' \"$a\"; done");
        assertThat(whodis("demo", "--out", "a  folder", "*", "").output()).endsWith("[demo][--out][a  folder][*][]");
    }

    @Test
    void anOlderJavaHomeIsPassedOverForAJdk25InAUsualPlace() throws Exception {
        environment.put("JAVA_HOME", olderJdk().toString());
        assertThat(whodis("--version").exit()).isZero();
    }

    @Test
    void withoutAJdk25ItSaysSoInOneSentence() throws Exception {
        deleteRecursively(emptyRoot.resolve("usr"));
        environment.put("JAVA_HOME", olderJdk().toString());
        for (String command : List.of("demo", "test", "--help")) {
            Outcome outcome = whodis(command);
            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.output()).isEmpty();
            assertThat(outcome.errors().lines()).singleElement().asString().startsWith("Whodis needs a JDK 25");
        }
    }

    @Test
    void aJdkThatWasNamedOutrightIsNotReplacedByAnother() throws Exception {
        environment.put("WHODIS_JAVA_HOME", olderJdk().toString());
        Outcome outcome = whodis("--version");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.errors()).contains("WHODIS_JAVA_HOME");
    }

    @Test
    void theTestsAreCountedOverAllReports() throws Exception {
        mavenDoes(report("core", "org.whodis.core.ATest", 5, 0, 0, 0, "")
                + report("app", "org.whodis.app.BTest", 3, 0, 0, 1, """
                  <testcase name="needsVectors" classname="org.whodis.app.BTest" time="0">
                    <skipped message="no vectors: &quot;a&quot; &amp; b" type="x"/>
                  </testcase>
                """));
        Outcome outcome = whodis("test");
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.output().lines().toList())
                .endsWith("skipped  app.BTest.needsVectors: no vectors: \"a\" & b", "7 passed, 0 failed, 1 skipped");
    }

    @Test
    void failuresAndErrorsAreCountedAsFailedAndSetTheExitStatus() throws Exception {
        mavenDoes(report("core", "org.whodis.core.ATest", 6, 1, 2, 0, """
                  <testcase name="x" classname="org.whodis.core.ATest" time="0">
                    <failure message="expected 1 &lt; 0" type="y"><![CDATA[trace]]></failure>
                  </testcase>
                """));
        Outcome outcome = whodis("test");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output()).contains("FAILED   core.ATest.x: expected 1 < 0");
        assertThat(outcome.output().strip()).endsWith("\n3 passed, 3 failed, 0 skipped");
    }

    @Test
    void aBuildThatDoesNotCompileClaimsNoPassedTests() throws Exception {
        mavenDoes(report("core", "org.whodis.core.ATest", 6, 0, 0, 0, "")
                + "case \"$*\" in *' test'*) echo '[ERROR] COMPILATION ERROR'; exit 1;; esac");
        Outcome outcome = whodis("test");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output().lines().toList()).noneMatch(line -> line.matches("\\d+ passed.*"));
    }

    @Test
    void aTestMachineThatCrashedIsAFailureThoughMavenForgaveIt() throws Exception {
        mavenDoes(
                report("core", "org.whodis.core.ATest", 6, 0, 0, 0, "")
                        + "case \"$*\" in *' test'*) echo '[ERROR] The forked VM terminated without saying properly goodbye';; esac");
        assertThat(whodis("test").exit()).isEqualTo(1);
    }

    @Test
    void reportsOfAnEarlierRunAreNotCounted() throws Exception {
        mavenDoes(report("core", "org.whodis.core.ATest", 6, 0, 0, 0, ""));
        assertThat(whodis("test").exit()).isZero();
        mavenDoes("");
        Outcome outcome = whodis("test");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.errors()).contains("No test ran");
    }

    @Test
    void oneModuleIsTestedByItsPackage() throws Exception {
        mavenDoes(report("core", "org.whodis.core.ATest", 1, 0, 0, 0, ""));
        assertThat(whodis("test", "--module", "core").exit()).isZero();
        assertThat(mavenCalls().getLast()).contains("-pl core -am").contains("-Dtest=org/whodis/core/**");
        assertThat(whodis("test", "--module", "nowhere").errors()).contains("no module 'nowhere'");
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        mavenDoes("sleep 1");
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            both.add(start(List.of(project.resolve("whodis").toString(), "--version"), folder));
        }
        for (Process process : both) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(mavenCalls()).hasSize(1);
    }

    @Test
    void aLockWhoseOwnerIsGoneIsTakenOver() throws Exception {
        Path lock = Files.createDirectories(project.resolve(".whodis/build.lock"));
        Process gone = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
        gone.waitFor();
        Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
        assertThat(whodis("--version").exit()).isZero();
        assertThat(lock).doesNotExist();
    }

    private record Outcome(int exit, String output, String errors) {}

    private Outcome whodis(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(project.resolve("whodis").toString()));
        command.addAll(List.of(arguments));
        return run(command, folder);
    }

    private Outcome run(List<String> command, Path workingFolder) throws Exception {
        Process process = start(command, workingFolder);
        byte[] output = process.getInputStream().readAllBytes();
        byte[] errors = process.getErrorStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(
                process.exitValue(),
                new String(output, StandardCharsets.UTF_8),
                new String(errors, StandardCharsets.UTF_8));
    }

    private Process start(List<String> command, Path workingFolder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", emptyRoot.toString());
        builder.environment().put("CI", "true");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** A stand-in for Maven that notes its arguments, runs the lines given and leaves jars as the build would. */
    private void mavenDoes(String lines) throws IOException {
        script(project.resolve("mvnw"), """
                printf '%s\\n' "$*" >> maven-calls
                LINES
                mkdir -p app/target/dependency
                : > app/target/dependency/library-1.jar
                : > app/target/app-0.1.0.jar
                """.replace("LINES", lines));
    }

    private List<String> mavenCalls() throws IOException {
        Path calls = project.resolve("maven-calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private static String report(
            String module, String name, int tests, int errors, int failures, int skipped, String cases) {
        return """
                case "$*" in *' test'*)
                mkdir -p MODULE/target/surefire-reports
                cat > MODULE/target/surefire-reports/TEST-NAME.xml <<'XML'
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite xmlns:xsi="x" name="NAME" time="0.1" tests="%d" errors="%d" skipped="%d" failures="%d">
                %s</testsuite>
                XML
                ;; esac
                """.formatted(tests, errors, skipped, failures, cases)
                .replace("MODULE", module)
                .replace("NAME", name);
    }

    private Path olderJdk() throws IOException {
        Path home = folder.resolve("jdk-17");
        script(Files.createDirectories(home.resolve("bin")).resolve("java"), "echo 17");
        script(home.resolve("bin/javac"), "exit 0");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        return home;
    }

    /** Waits until the file system's clock gives a later time than it gave for the stamp of the last build. */
    private void awaitALaterTimestamp() throws Exception {
        Path probe = folder.resolve("probe");
        Path stamp = project.resolve("app/target/lib.stamp");
        do {
            Thread.sleep(2);
            Files.deleteIfExists(probe);
            Files.createFile(probe);
        } while (Files.getLastModifiedTime(probe).compareTo(Files.getLastModifiedTime(stamp)) <= 0);
    }

    private static void script(Path file, String lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + lines + "\n");
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void deleteRecursively(Path path) throws IOException {
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
