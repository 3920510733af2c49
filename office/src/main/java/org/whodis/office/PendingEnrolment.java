package org.whodis.office;

import java.time.Instant;
import java.util.List;

/** A device that used an invitation and waits for the operator to hear its words from the person. */
public record PendingEnrolment(String name, String title, List<String> words, Instant since, Instant until) {
    public PendingEnrolment {
        words = List.copyOf(words);
    }
}
