package org.whodis.office;

/**
 * One moment by both measures of an office.
 *
 * @param clock milliseconds since 1970, as in messages; it may have jumped since an earlier moment
 * @param time {@link OfficeTime}: for everything that is to last for so long
 */
public record OfficeMoment(long clock, long time) {
    /** What is left until {@code deadline}, a time by the clock, but {@code most} at most; when that is over, in office time. */
    public long until(long deadline, long most) {
        return time + Math.min(deadline - clock, most);
    }
}
