package org.whodis.verify.violation.core;

import org.bouncycastle.util.Arrays;

final class UsesBouncyCastle {
    byte[] copy(byte[] bytes) {
        return Arrays.clone(bytes);
    }
}
