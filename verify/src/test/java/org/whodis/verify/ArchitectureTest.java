package org.whodis.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The project keeps {@link ArchitectureRules}, and every one of them is able to fail. */
class ArchitectureTest {
    private static final String VIOLATIONS = "org.whodis.verify.violation";

    /**
     * For each rule the classes below {@link #VIOLATIONS} that break it. A rule that is not listed here, or that finds
     * more or fewer classes, fails the test below.
     */
    private static final Map<String, Set<String>> BROKEN_BY = Map.ofEntries(
            Map.entry("direction of core", Set.of("core.UsesMedia")),
            Map.entry("direction of media", Set.of("media.UsesCore")),
            Map.entry("direction of relay", Set.of("relay.UsesCore")),
            Map.entry("direction of office", Set.of("office.UsesPhone")),
            Map.entry("direction of phone", Set.of("phone.UsesRelay")),
            Map.entry("direction of web", Set.of("web.UsesPhone")),
            Map.entry("direction of app", Set.of("app.UsesVerify")),
            Map.entry("no socket", Set.of("core.OpensSocket", "media.ResolvesName")),
            Map.entry("no file", Set.of("relay.ReadsFile")),
            Map.entry("no thread", Set.of("core.StartsThread", "relay.Relay", "relay.Waits", "media.Queues")),
            Map.entry("no clock", Set.of("media.ReadsNanoTime", "core.ReadsInstant")),
            Map.entry("no random source", Set.of("core.DrawsRandom", "media.dtls.SeedsItself", "relay.DrawsUuid")),
            Map.entry("no SecureRandom but where a library insists", Set.of("core.NamesSecureRandom")),
            Map.entry("no Bouncy Castle but behind its adapters", Set.of("core.UsesBouncyCastle")),
            Map.entry("no cipher suite of a test's", Set.of("phone.MakesUpSuite")),
            Map.entry("no provider but in crypto.jdk", Set.of("core.NamesSecureRandom", "core.crypto.Hashes")),
            Map.entry(
                    "nothing that the browser lacks",
                    Set.of(
                            "core.Formats",
                            "core.Compares",
                            "core.OpensSocket",
                            "core.ReadsInstant",
                            "core.NamesSecureRandom",
                            "core.crypto.Hashes")),
            Map.entry("no array in a record", Set.of("core.HoldsArray")),
            Map.entry("no secret in a record", Set.of("core.HoldsSecret")));

    @TestFactory
    Stream<DynamicTest> theProjectKeeps() {
        JavaClasses project = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.whodis");
        for (String module : List.of("core", "media", "relay", "office", "phone", "web", "app")) {
            assertThat(project.stream().filter(type -> type.getPackageName().startsWith("org.whodis." + module)))
                    .as("classes of " + module)
                    .isNotEmpty();
        }
        return new ArchitectureRules("org.whodis")
                .all().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(project)));
    }

    @TestFactory
    Stream<DynamicTest> isAbleToFail() {
        JavaClasses violations = new ClassFileImporter().importPackages(VIOLATIONS);
        Map<String, ArchRule> rules = new ArchitectureRules(VIOLATIONS).all();
        assertThat(rules.keySet()).isEqualTo(BROKEN_BY.keySet());
        return rules.entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> {
                    EvaluationResult result = rule.getValue().evaluate(violations);
                    assertThat(violators(result, violations)).isEqualTo(BROKEN_BY.get(rule.getKey()));
                }));
    }

    /** {@link #isAbleToFail} compares exact sets; this makes sure that what is exempt was there to be found. */
    @Test
    void whatIsExemptWasLookedAt() {
        JavaClasses violations = new ClassFileImporter().importPackages(VIOLATIONS);
        for (String exempt : List.of(
                "relay.udp.MayDoAnything",
                "media.dtls.MayBlock",
                "core.crypto.jdk.MayUseProviders",
                "core.crypto.KeyPair")) {
            assertThat(violations.contain(VIOLATIONS + "." + exempt)).as(exempt).isTrue();
        }
    }

    /** The names, below the root, of the top-level classes that a rule complains about. */
    private static Set<String> violators(EvaluationResult result, JavaClasses all) {
        Set<String> names = new TreeSet<>();
        result.handleViolations((objects, handler) -> objects.forEach(object -> {
            if (object instanceof JavaClass type && all.contain(type.getName())) {
                names.add(type.getName().substring(VIOLATIONS.length() + 1).replaceAll("\\$.*", ""));
            }
        }));
        return names;
    }
}
