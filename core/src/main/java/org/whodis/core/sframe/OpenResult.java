package org.whodis.core.sframe;

/** What {@link FrameOpener#open} gives. */
public sealed interface OpenResult permits OpenResult.Held, Opened, Rejected {
    /** The frame is under an epoch whose Commit has not come yet; {@link FrameOpener#poll} settles it. */
    record Held() implements OpenResult {}
}
