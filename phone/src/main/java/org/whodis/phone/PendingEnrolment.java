package org.whodis.phone;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A new phone that waits to be confirmed.
 *
 * @param words to read to the operator of the office, or to compare with the screen of the other device
 * @param confirmed whom this phone belongs to, or a {@link org.whodis.phone.signalling.OfficeException}; cancelling it stops
 *     the asking
 */
public record PendingEnrolment(List<String> words, CompletableFuture<Contact> confirmed) {
    public PendingEnrolment {
        words = List.copyOf(words);
    }
}
