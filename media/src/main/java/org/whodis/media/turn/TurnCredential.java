package org.whodis.media.turn;

/**
 * What a client shows to be let in, good for one peer and for a time.
 *
 * @param username at most 64 characters of {@code A-Z a-z 0-9 - _}
 * @param password 32 of the same; {@code toString} leaves it out
 */
public record TurnCredential(String username, String password) {
    @Override
    public String toString() {
        return "TurnCredential[" + username + "]";
    }
}
