package org.whodis.verify.violation.core;

import java.util.Arrays;

final class Compares {
    int compare(byte[] a, byte[] b) {
        return Arrays.compare(a, b);
    }
}
