package org.whodis.verify.violation.core;

final class DrawsRandom {
    double draw() {
        return Math.random();
    }
}
