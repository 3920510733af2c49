package org.whodis.verify.violation.relay;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Breaks a rule only by the second queue. */
final class Relay {
    final Queue<String> woken = new ConcurrentLinkedQueue<>();
    final Queue<String> blocking = new LinkedBlockingQueue<>();
}
