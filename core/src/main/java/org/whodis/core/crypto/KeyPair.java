package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/**
 * A key pair of any of the algorithms of {@link Primitives}, in that algorithm's raw encoding.
 *
 * @param privateKey what the algorithm's methods of {@link Primitives} take: a 32-byte scalar or seed, or a 64-byte
 *     ML-KEM seed
 */
public record KeyPair(Bytes publicKey, Secret privateKey) {}
