package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whodis.core.call.CallAuthorityTest;

class EveryRejectionIsTestedTest {
    private static final List<Class<?>> TESTS = List.of(
            FramingRejectionTest.class,
            LeafRejectionTest.class,
            ProposalRejectionTest.class,
            CommitRejectionTest.class,
            JoinRejectionTest.class,
            OutsiderRejectionTest.class,
            CallAuthorityTest.class);

    @Test
    void everyNumberedCheckHasAnInputThatBreaksIt() {
        Set<Rejection> tested = new HashSet<>();
        for (Class<?> tests : TESTS) {
            for (Method method : tests.getDeclaredMethods()) {
                Breaks breaks = method.getAnnotation(Breaks.class);
                if (breaks != null) {
                    assertThat(method.isAnnotationPresent(Test.class))
                            .as(method.getName())
                            .isTrue();
                    tested.add(breaks.value());
                }
            }
        }
        assertThat(tested).containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Rejection.class));
    }

    @Test
    void numbersAreUnique() {
        Set<Integer> numbers = new HashSet<>();
        for (Rejection rejection : Rejection.values()) {
            assertThat(numbers.add(rejection.number())).as(rejection.name()).isTrue();
        }
    }
}
