package org.whodis.core.sframe;

/** What {@link FrameOpener#poll} gives: the fate of frames that were held, and alarms. */
public sealed interface OpenerEvent permits Opened, Rejected, OpenerEvent.CommitMissing, OpenerEvent.CommitNotMissing {
    /**
     * For 2 s frames have come under a newer epoch whose Commit has not. The group has moved on without this member, or
     * somebody wants it to look so: stop sending and raise the alarm. Holds until the next epoch begins ({@link
     * FrameOpener#switchTo}) or {@link CommitNotMissing}.
     */
    record CommitMissing() implements OpenerEvent {}

    /**
     * What {@link CommitMissing} rested on is gone: the member in whose name those frames came has been heard under an epoch
     * that is known, or no more of them come. Go on sending.
     */
    record CommitNotMissing() implements OpenerEvent {}
}
