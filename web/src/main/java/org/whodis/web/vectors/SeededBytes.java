package org.whodis.web.vectors;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** Bytes that follow from a seed, the same everywhere: draw {@code n} is {@code SHAKE256(uint64 seed || uint64 n)}. */
final class SeededBytes implements RandomBytes {
    private final Primitives primitives;
    private final long seed;
    private long draws;

    SeededBytes(Primitives primitives, long seed) {
        this.primitives = primitives;
        this.seed = seed;
    }

    @Override
    public byte[] next(int count) {
        Bytes input = new WireWriter().uint64(seed).uint64(draws++).toBytes();
        return primitives.shake256(input, count).toArray();
    }

    Bytes bytes(int count) {
        return Bytes.of(next(count));
    }
}
