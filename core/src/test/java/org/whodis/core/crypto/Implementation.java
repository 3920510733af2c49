package org.whodis.core.crypto;

import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;

/** The implementations of {@link Primitives} that tests of every package run on. */
public enum Implementation {
    JDK,
    BOUNCY_CASTLE;

    public Primitives primitives() {
        return switch (this) {
            case JDK -> new JdkPrimitives();
            case BOUNCY_CASTLE -> new BcPrimitives();
        };
    }
}
