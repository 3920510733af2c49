package org.whodis.core.call;

/** Why a call ended, as this device knows it. */
public enum EndReason {
    /** The other person declined. */
    DECLINED,
    /** The other person is in another call and declined. */
    BUSY,
    /** Nobody answered in time; on the callee's side a missed call. */
    NO_ANSWER,
    /** The caller gave up before an answer; on the callee's side a missed call. */
    CANCELLED,
    /** Another device of this person answered, which its signed answer proved. */
    ANSWERED_ELSEWHERE,
    /** Another device of this person declined, which its signed notice proved. */
    DECLINED_ELSEWHERE,
    /** This person declined here. */
    DECLINED_HERE,
    /** Both called at once, and the other offer has the lower hash: that call rings instead. */
    GLARE,
    /** This person hung up. */
    HUNG_UP_HERE,
    /** The other person hung up. */
    HUNG_UP_THERE,
    /** This person said that the comparison words differ: somebody is in between. */
    WORDS_DIFFER,
    /** The other person said that the comparison words differ: somebody is in between. */
    WORDS_DIFFER_THERE,
    /** There was an answer, but the two devices did not come together in time. */
    NOT_CONNECTED,
    /** No authentic sound came from the other side for too long. */
    MEDIA_LOST,
    /** The other device is not in the call any more: it said that it cannot go on, or it calls anew without having said anything. */
    FAILED_THERE,
    /** The other person has taken the device at the other end out of their chain: whoever holds it is not them any more. */
    DEVICE_REVOKED_THERE,
    /** This device was taken out of its person's chain. */
    DEVICE_REVOKED_HERE,
    /** The office refused the offer or the answer. */
    REFUSED_BY_OFFICE
}
