package org.whodis.core.crypto;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every {@link Secret} there is, in a world whose {@link Secret} tells of each that is made (see {@code ErasedSecretsTest});
 * in the ordinary one nothing is told.
 */
public final class SecretWatch {
    private static final List<Made> MADE = new ArrayList<>();
    private static String occasion = "";
    private static boolean withTraces;

    private record Made(
            Secret secret, String occasion, @Nullable Throwable trace) {}

    private SecretWatch() {}

    /** Called at the end of each construction. */
    public static void made(Object secret) {
        MADE.add(new Made((Secret) secret, occasion, withTraces ? new Throwable("made here") : null));
    }

    /** What is being done now. */
    public static void during(String what) {
        occasion = what;
    }

    /** Whether leaks are told with the place where they were made, which takes its time. */
    public static void traces(boolean wanted) {
        withTraces = wanted;
    }

    /** How many were made and are not erased. */
    public static long alive() {
        return MADE.stream()
                .filter(each -> !each.secret.isErased() && each.secret.length() > 0)
                .count();
    }

    /** What was made and is not erased, and holds anything at all; everything is forgotten. */
    public static List<String> takeAlive() {
        List<String> alive = new ArrayList<>();
        for (Made each : MADE) {
            if (!each.secret.isErased() && each.secret.length() > 0) {
                StringBuilder out = new StringBuilder(each.occasion + ": " + each.secret);
                StackTraceElement[] trace = each.trace == null ? new StackTraceElement[0] : each.trace.getStackTrace();
                for (int i = 2; i < Math.min(trace.length, 9); i++) {
                    out.append("\n      ").append(trace[i]);
                }
                alive.add(out.toString());
            }
        }
        MADE.clear();
        return alive;
    }
}
