package org.whodis.core.mls;

import java.util.List;
import java.util.Random;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;

/** What the tests of this package share. */
final class TestGroups {
    private TestGroups() {}

    static List<Primitives> allPrimitives() {
        return List.of(new JdkPrimitives(), new BcPrimitives());
    }

    /** A random source that a seed repeats. */
    static RandomBytes seeded(Random random) {
        return count -> {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return out;
        };
    }
}
