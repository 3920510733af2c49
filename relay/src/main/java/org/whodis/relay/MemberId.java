package org.whodis.relay;

/**
 * Names one member of one room. The relay only compares these names; they say nothing to it.
 *
 * @param room 1 to {@value #MAX_LENGTH} characters
 * @param member 1 to {@value #MAX_LENGTH} characters, unique in the room
 */
public record MemberId(String room, String member) {
    /** Room for any identifier that the office uses in hexadecimal. */
    public static final int MAX_LENGTH = 128;

    public MemberId {
        if (room.isEmpty() || room.length() > MAX_LENGTH || member.isEmpty() || member.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a room's or member's name has 1 to " + MAX_LENGTH + " characters");
        }
    }
}
