package org.whodis.core.sframe;

/** What {@link FrameOpener#poll} gives: the fate of frames that were held, and alarms. */
public sealed interface OpenerEvent permits Opened, Rejected, OpenerEvent.CommitMissing {
    /**
     * For 2 s frames have come under a newer epoch whose Commit has not. The group has moved on without this member, or
     * somebody wants it to look so: stop sending and raise the alarm. Given once; {@link FrameOpener#switchTo} ends it.
     */
    record CommitMissing() implements OpenerEvent {}
}
