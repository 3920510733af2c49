package org.whodis.core.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs {@link org.whodis.core.mls.FailingHalfWay}, {@link org.whodis.core.sframe.MediaForgets} and {@link
 * org.whodis.core.call.CallForgets} where every secret that is made is known.
 */
class ErasedSecretsTest {
    @ParameterizedTest
    @ValueSource(ints = {0x0001, 0xF002})
    @DisplayName(
            "As soon as a group member consumes a value, they MUST immediately delete (all representations of) that value"
                    + " (RFC 9420 section 9.2): also where what consumes it fails half-way")
    void whateverFailsHalfWayNoSecretOutlivesIt(int suite) throws Exception {
        Object[] outcome = run(suite, false);
        List<?> leaks = (List<?>) outcome[1];
        if (!leaks.isEmpty()) {
            // Once more, with the places.
            leaks = (List<?>) run(suite, true)[1];
        }
        assertThat(leaks.stream().limit(5).toList()).isEmpty();
        System.out.println("suite " + suite + ": " + outcome[0] + " failures\n" + outcome[2]);
        assertThat((int) outcome[0]).isGreaterThan(900);
    }

    @Test
    void ofMediaThereAreTheKeysThatAreNeededAndNoOthers() throws Exception {
        Object told = world().loadClass("org.whodis.core.sframe.MediaForgets")
                .getMethod("run")
                .invoke(null);
        assertThat((List<?>) told)
                .map(Object::toString)
                .containsExactly(
                        "three members: 6",
                        "a fourth, and one's own key waits: 14",
                        "one's own key before is gone: 12",
                        "just before a second has passed: 12",
                        "a second later those of the epoch before are gone: 8",
                        "somebody has the leaf of somebody removed: 12",
                        "a frame comes a second later: 8",
                        "six epochs at once: 20",
                        "one with the bits of the sixth: 18",
                        "the end: 0",
                        "a removal overtakes the epoch that waits: 8",
                        "one only listens now: 14",
                        "the end while an epoch waits: 0",
                        "keys of every suite, erased: 0");
    }

    @Test
    void whateverEndsACallNoneOfItsSecretsOutlivesIt() throws Exception {
        Object[] outcome = calls(false);
        List<?> leaks = (List<?>) outcome[0];
        if (!leaks.isEmpty()) {
            leaks = (List<?>) calls(true)[0];
        }
        assertThat(leaks.stream().limit(5).toList()).isEmpty();
        assertThat((int) outcome[1]).as("ways to end a call").isEqualTo(15);
    }

    private static Object[] calls(boolean withTraces) throws Exception {
        Method run = world().loadClass("org.whodis.core.call.CallForgets").getMethod("run", boolean.class);
        return (Object[]) run.invoke(null, withTraces);
    }

    private static ClassLoader world() {
        return PlantedBug.telling("crypto.Secret", "crypto.SecretWatch", "made").loader();
    }

    private static Object[] run(int suite, boolean withTraces) throws Exception {
        Method run = world().loadClass("org.whodis.core.mls.FailingHalfWay").getMethod("run", int.class, boolean.class);
        return (Object[]) run.invoke(null, suite, withTraces);
    }
}
