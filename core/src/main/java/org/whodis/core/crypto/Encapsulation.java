package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** What encapsulating to a public key gives: the shared secret and the ciphertext ({@code enc}) that carries it. */
public record Encapsulation(Secret sharedSecret, Bytes ciphertext) {}
