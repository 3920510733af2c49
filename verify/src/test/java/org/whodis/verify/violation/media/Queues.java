package org.whodis.verify.violation.media;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

final class Queues {
    final Queue<String> between = new ConcurrentLinkedQueue<>();
}
