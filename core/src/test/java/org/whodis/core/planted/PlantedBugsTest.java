package org.whodis.core.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The tests find what they are there for. Each of these mistakes is planted in a copy of the core, and the test that is
 * named beside it fails on that copy. That test runs on the core as it is in every run of the suite, and passes there.
 */
class PlantedBugsTest {
    /** What looks for a bug: a test, or one world of the exploration. */
    private sealed interface Finder {
        record OfClass(String test) implements Finder {}

        record OfMethod(String test, String method) implements Finder {}

        /** {@code broken} is part of what the exploration has to say. */
        record OfWorld(String world, String broken) implements Finder {}
    }

    private record Planted(String name, PlantedBug bug, Finder finder) {}

    private static final String EPOCHS = "sframe.MediaEpochsTest";
    private static final Finder CHURN = new Finder.OfClass("mls.ChurnTest");

    private static final List<Planted> BUGS = List.of(
            // The call, by the exploration of its states.
            new Planted(
                    "a call in silence can be answered beside the present one",
                    PlantedBug.answering("call.CallEngine", "answer", "isWaiting", 1, 0),
                    new Finder.OfWorld("a second caller", "in two rooms")),
            new Planted(
                    "an offer rings whoever signed it",
                    PlantedBug.answering("call.VerifiedOffer", "verify", "verify", 2, 1),
                    new Finder.OfWorld("one call to two devices", "IN_THE_NAME_OF_ANOTHER")),
            new Planted(
                    "any device of the caller's can cancel",
                    PlantedBug.without("call.Ringing", "endingNotice", "require", 3),
                    new Finder.OfWorld("one call to two devices", "CANCELLED by A2")),
            new Planted(
                    "the signature of a notice is not looked at",
                    PlantedBug.answering("call.Call", "verify", "verify", 1, 1),
                    new Finder.OfWorld("one call to two devices", "IN_THE_NAME_OF_ANOTHER")),
            new Planted(
                    "an ended call keeps its place at the relay",
                    PlantedBug.answering("call.Call", "end", "emit", 1, 0),
                    new Finder.OfWorld("one call to two devices", "")),
            new Planted(
                    "a device that rings and never stops",
                    PlantedBug.without("call.Ringing", "answer", "silence", 1),
                    new Finder.OfWorld("one call to two devices", "")),
            new Planted(
                    "an envelope counts twice",
                    PlantedBug.without("call.CallEngine", "remember", "add", 1),
                    new Finder.OfWorld("one call to two devices", "the same envelope again")),
            // Media, by the enumeration of orders and by vectors.
            new Planted(
                    "a frame that was opened is opened again",
                    PlantedBug.without("sframe.FrameOpener", "openUnder", "accept", 1),
                    new Finder.OfClass("sframe.FrameOpenerTest")),
            new Planted(
                    "whoever had a leaf before is still heard",
                    PlantedBug.without("sframe.FrameOpener", "retireCurrent", "addAll", 1),
                    new Finder.OfMethod(EPOCHS, "nothingMoreOfARemovedMemberIsPlayedThoughSomebodyElseHasTheLeaf")),
            new Planted(
                    "a removal is taken for an addition",
                    PlantedBug.answering("sframe.MediaEpochs", "begin", "containsAll", 1, 1),
                    new Finder.OfMethod(EPOCHS, "whoeverIsRemovedCannotOpenAnotherFrameOfAMemberThatKnows")),
            new Planted(
                    "an addition is sealed under at once",
                    PlantedBug.answering("sframe.MediaEpochs", "begin", "containsAll", 1, 0),
                    new Finder.OfMethod(EPOCHS, "moreEpochsThanReceiversKeepDoNotWaitToBeSealedUnder")),
            new Planted(
                    "the epoch before is kept for ever",
                    PlantedBug.without("sframe.FrameOpener", "open", "expirePrevious", 1),
                    new Finder.OfMethod("sframe.FrameOpenerTest", "theEpochBeforeOpensForOneSecondAndNoLonger")),
            new Planted(
                    "noise with a number in its header raises the alarm",
                    PlantedBug.without("sframe.FrameOpener", "openUnder", "remove", 1),
                    new Finder.OfMethod(EPOCHS, "whatAnybodyCanMakeRaisesNoAlarmAboutAMemberWhoIsHeard")),
            new Planted(
                    "small values in a header take a byte of their own",
                    PlantedBug.inverted("sframe.SFrameHeader", "extraLength", 1),
                    new Finder.OfClass("sframe.SFrameVectorsTest")),
            // MLS, by churn, by vectors and by messages that break one rule each.
            new Planted(
                    "unmerged leaves get no path secret",
                    PlantedBug.without("mls.RatchetTree", "resolve", "add", 2),
                    CHURN),
            new Planted(
                    "those who are added also get the path secret by the tree",
                    PlantedBug.answering("mls.RatchetTree", "resolution", "contains", 1, 0),
                    CHURN),
            new Planted(
                    "a key of the ratchet is used twice",
                    PlantedBug.without("mls.PrivateMessage", "unprotect", "consume", 1),
                    new Finder.OfClass("mls.FramingRejectionTest")),
            new Planted(
                    "the parent hash of a path is not compared",
                    PlantedBug.answering("mls.TreeKem", "merge", "equals", 1, 1),
                    new Finder.OfClass("mls.CommitRejectionTest")));

    @TestFactory
    Stream<DynamicTest> isFound() {
        return BUGS.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    String failure = look(each);
                    assertThat(failure)
                            .as("nothing notices that %s", each.name())
                            .isNotEmpty();
                    System.out.println(each.name() + ": " + firstLine(failure));
                }));
    }

    @Test
    void aCopyWithoutAMistakeIsRight() throws ReflectiveOperationException {
        ClassLoader copy = PlantedBug.faithfulCopy();
        assertThat(run(copy, "mls.TwoPartyCallTest", null)).isEmpty();
        assertThat(run(copy, "call.CallTest", null)).isEmpty();
    }

    private static String look(Planted planted) throws ReflectiveOperationException {
        ClassLoader copy = planted.bug().loader();
        return switch (planted.finder()) {
            case Finder.OfClass(String test) -> run(copy, test, null);
            case Finder.OfMethod(String test, String method) -> run(copy, test, method);
            case Finder.OfWorld(String world, String broken) -> {
                try {
                    exploreWorld(copy, world);
                    yield "";
                } catch (AssertionError | IllegalStateException failed) {
                    String all = failed.getMessage() + " " + failed.getCause();
                    assertThat(all).contains(broken);
                    yield String.valueOf(failed.getCause() == null ? failed.getMessage() : failed.getCause());
                }
            }
        };
    }

    private static void exploreWorld(ClassLoader copy, String world) throws ReflectiveOperationException {
        Method explore = copy.loadClass("org.whodis.core.call.EveryReachableStateTest")
                .getDeclaredMethod("exploreWorld", String.class);
        explore.setAccessible(true);
        try {
            explore.invoke(null, world);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof LinkageError broken) {
                throw broken;
            }
            switch (failed.getCause()) {
                case Error error -> throw error;
                case RuntimeException error -> throw error;
                default -> throw failed;
            }
        }
    }

    /** What the first failed test said, or nothing. A copy that cannot be loaded is no find. */
    private static String run(ClassLoader copy, String test, @Nullable String method)
            throws ReflectiveOperationException {
        Class<?> type = copy.loadClass("org.whodis.core." + test);
        DiscoverySelector selector = method == null ? selectClass(type) : selectMethod(type, methodOf(type, method));
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selector)
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getTestsStartedCount()).as("tests of %s", test).isPositive();
        assumeTrue(summary.getTestsAbortedCount() < summary.getTestsStartedCount(), "what it reads is not here");
        for (TestExecutionSummary.Failure failure : summary.getFailures()) {
            if (failure.getException() instanceof LinkageError broken) {
                throw broken;
            }
        }
        return summary.getFailures().isEmpty()
                ? ""
                : summary.getFailures().getFirst().getTestIdentifier().getDisplayName() + ": "
                        + summary.getFailures().getFirst().getException();
    }

    private static Method methodOf(Class<?> type, String name) {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                return method;
            }
        }
        throw new AssertionError(type + " has no test " + name);
    }

    private static String firstLine(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.substring(0, Math.min(160, line.length()));
    }
}
