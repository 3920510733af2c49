package org.whodis.media.dtls;

import org.whodis.media.RandomBytes;

/** Runs handshakes in memory, so that the first call does not pay for class loading and cold code. */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // signatures first, bodies next
public final class DtlsWarmUp {
    private DtlsWarmUp() {}

    /** Runs a few handshakes with itself. Takes a few hundred milliseconds of one core the first time. */
    public static void run(RandomBytes random) {
        throw new UnsupportedOperationException("lands next");
    }
}
