package org.whodis.verify.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/threats.md} says which test holds which attack: each of them is there and runs. */
class ThreatsTest {
    private static final Pattern NAMED = Pattern.compile("`([a-z]+(?:\\.[a-z]+)*\\.[A-Z]\\w*#\\w+)`");

    @Test
    void everyAttackIsHeldByTestsThatRun() throws Exception {
        List<String> attacks = Files.readAllLines(ConformanceTest.ROOT.resolve("docs/threats.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| attack "))
                .toList();
        assertThat(attacks).hasSizeGreaterThan(50);
        for (String attack : attacks) {
            List<String> tests = NAMED.matcher(attack)
                    .results()
                    .map(MatchResult::group)
                    .map(name -> name.substring(1, name.length() - 1))
                    .toList();
            assertThat(tests).as(attack).isNotEmpty();
            assertThat(attack.chars().filter(each -> each == '`').count())
                    .as("names of tests and nothing else: %s", attack)
                    .isEqualTo(2L * tests.size());
            assertThat(tests).as(attack).allMatch(ConformanceTest::isATestThatRuns);
        }
    }
}
