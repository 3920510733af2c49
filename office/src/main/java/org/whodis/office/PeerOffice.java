package org.whodis.office;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another office, as the operator sees it.
 *
 * @param officeKey in hexadecimal; empty if there was no connection yet
 * @param words to compare with its operator, twelve; empty without a key
 * @param comparedAt null: not compared
 * @param heldKey a new key of that office that does not count yet; null if there is none
 * @param heldUntil when it will count by itself; null: only once it is compared
 * @param heldWords to compare for that key
 * @param isAlarm two keys have claimed to follow the same one: somebody has stolen a key of that office
 * @param rule {@code allowed} or {@code denied} by the operator, or empty
 */
public record PeerOffice(
        String domain,
        String officeKey,
        List<String> words,
        @Nullable Instant comparedAt,
        @Nullable String heldKey,
        @Nullable Instant heldUntil,
        List<String> heldWords,
        String rule,
        boolean isConnected,
        boolean isAlarm) {
    public PeerOffice {
        words = List.copyOf(words);
        heldWords = List.copyOf(heldWords);
    }
}
