package org.whodis.verify.violation.core;

final class StartsThread {
    Thread start(Runnable task) {
        return Thread.ofVirtual().start(task);
    }
}
