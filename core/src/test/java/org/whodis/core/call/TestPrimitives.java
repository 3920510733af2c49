package org.whodis.core.call;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.People;

/** What the engines of tests compute with. */
final class TestPrimitives {
    static final Primitives SHARED = People.PRIMITIVES;

    private TestPrimitives() {}
}
