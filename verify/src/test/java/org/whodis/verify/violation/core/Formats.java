package org.whodis.verify.violation.core;

final class Formats {
    String format(int number) {
        return String.format("%d", number);
    }
}
