package org.whodis.core.crypto;

import java.util.ArrayList;
import java.util.List;

/**
 * What an operation makes step by step to hand it on at its end. If it fails on the way, everything made until then is erased:
 *
 * <pre>
 *   try (EraseUnlessKept made = new EraseUnlessKept()) {
 *       Secret first = made.add(…);
 *       Secret second = made.add(…);      // fails: first is erased
 *       Pair pair = new Pair(first, second);
 *       made.keepAll();
 *       return pair;
 *   }
 * </pre>
 *
 * <p>A method that takes a secret over does so when it returns; if it fails, the secret is still its caller's.
 */
public final class EraseUnlessKept implements AutoCloseable {
    private final List<Erasable> held = new ArrayList<>();

    /** Erases {@code value} at the end, unless it is kept. */
    public <T extends Erasable> T add(T value) {
        held.add(value);
        return value;
    }

    /** As {@link #add(Erasable)}, the private key. */
    public KeyPair add(KeyPair pair) {
        held.add(pair.privateKey());
        return pair;
    }

    /** Somebody else has taken {@code value} over. */
    // This very object: another one of the same value is to be erased all the same.
    @SuppressWarnings("ReferenceEquality")
    public <T extends Erasable> T keep(T value) {
        for (int i = held.size() - 1; i >= 0; i--) {
            if (held.get(i) == value) {
                held.remove(i);
            }
        }
        return value;
    }

    /** Everything has been taken over. */
    public void keepAll() {
        held.clear();
    }

    @Override
    public void close() {
        for (Erasable each : held) {
            each.erase();
        }
        held.clear();
    }
}
