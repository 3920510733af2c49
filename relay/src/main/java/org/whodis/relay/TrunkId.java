package org.whodis.relay;

/**
 * Names the trunk leg of one room towards one other office. The relay only compares these names.
 *
 * @param room 1 to {@value MemberId#MAX_LENGTH} characters
 * @param office 1 to {@value #MAX_OFFICE} characters
 */
public record TrunkId(String room, String office) {
    /** A domain name, with its port. */
    public static final int MAX_OFFICE = 255;

    public TrunkId {
        if (room.isEmpty() || room.length() > MemberId.MAX_LENGTH || office.isEmpty() || office.length() > MAX_OFFICE) {
            throw new IllegalArgumentException("the name of a room or an office is too short or too long");
        }
    }
}
