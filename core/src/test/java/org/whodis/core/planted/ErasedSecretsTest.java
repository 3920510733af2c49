package org.whodis.core.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs {@link org.whodis.core.mls.FailingHalfWay} where every secret that is made is known. */
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

    private static Object[] run(int suite, boolean withTraces) throws Exception {
        ClassLoader world = PlantedBug.telling("crypto.Secret", "crypto.SecretWatch", "made")
                .loader();
        Method run = world.loadClass("org.whodis.core.mls.FailingHalfWay").getMethod("run", int.class, boolean.class);
        return (Object[]) run.invoke(null, suite, withTraces);
    }
}
