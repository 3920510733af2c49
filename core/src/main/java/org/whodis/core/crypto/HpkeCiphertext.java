package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** What a one-shot {@link Hpke#seal} gives: the encapsulated key and the ciphertext with its tag. */
public record HpkeCiphertext(Bytes enc, Bytes ciphertext) {}
