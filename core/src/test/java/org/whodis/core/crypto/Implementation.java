package org.whodis.core.crypto;

import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;

/** The implementations of {@link Primitives} that every test of this package runs on. */
enum Implementation {
    JDK,
    BOUNCY_CASTLE;

    Primitives primitives() {
        return switch (this) {
            case JDK -> new JdkPrimitives();
            case BOUNCY_CASTLE -> new BcPrimitives();
        };
    }
}
