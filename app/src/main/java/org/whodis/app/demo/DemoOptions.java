package org.whodis.app.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.whodis.app.wire.WireTap;

/**
 * How a demonstration is run.
 *
 * @param speechA what A says; null for the recording that is shipped
 * @param seconds how long they talk; null for as long as the recordings need
 * @param out where the report goes
 * @param meddling what the taps do to the packets: nothing, except where somebody wants to see it noticed
 */
record DemoOptions(
        boolean headless,
        boolean keepRunning,
        @Nullable Path speechA,
        @Nullable Path speechB,
        @Nullable Integer seconds,
        Path out,
        WireTap.Meddling meddling) {}
