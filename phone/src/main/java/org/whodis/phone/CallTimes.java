package org.whodis.phone;

/**
 * When what happened in a call on this phone, on the clock of {@link System#nanoTime}; 0 for what has not happened.
 *
 * @param dialled this person pressed call
 * @param ringing the other side rings, or this phone does
 * @param answered this person pressed answer, or the answer came
 * @param keys the call's first media keys were there
 * @param media the relay was there
 * @param firstOpened the first frame of the other side was opened
 * @param connected both sides have keys
 * @param ended the call ended here
 */
public record CallTimes(
        long dialled,
        long ringing,
        long answered,
        long keys,
        long media,
        long firstOpened,
        long connected,
        long ended) {
    static final CallTimes NONE = new CallTimes(0, 0, 0, 0, 0, 0, 0, 0);

    /** Each of these sets a time that was not set before. */
    CallTimes dialled(long at) {
        return new CallTimes(first(dialled, at), ringing, answered, keys, media, firstOpened, connected, ended);
    }

    CallTimes ringing(long at) {
        return new CallTimes(dialled, first(ringing, at), answered, keys, media, firstOpened, connected, ended);
    }

    CallTimes answered(long at) {
        return new CallTimes(dialled, ringing, first(answered, at), keys, media, firstOpened, connected, ended);
    }

    CallTimes keys(long at) {
        return new CallTimes(dialled, ringing, answered, first(keys, at), media, firstOpened, connected, ended);
    }

    CallTimes media(long at) {
        return new CallTimes(dialled, ringing, answered, keys, first(media, at), firstOpened, connected, ended);
    }

    CallTimes firstOpened(long at) {
        return new CallTimes(dialled, ringing, answered, keys, media, first(firstOpened, at), connected, ended);
    }

    CallTimes connected(long at) {
        return new CallTimes(dialled, ringing, answered, keys, media, firstOpened, first(connected, at), ended);
    }

    CallTimes ended(long at) {
        return new CallTimes(dialled, ringing, answered, keys, media, firstOpened, connected, first(ended, at));
    }

    private static long first(long before, long at) {
        return before == 0 ? at : before;
    }
}
