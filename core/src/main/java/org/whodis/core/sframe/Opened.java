package org.whodis.core.sframe;

import org.whodis.core.wire.Bytes;

/**
 * A frame that is authentic, fresh and well-formed.
 *
 * @param senderLeaf whose key it was sealed under. In a call of two that is who sent it; in larger ones any member could
 *     have made it
 * @param epoch the MLS epoch
 * @param counter its place on the sender's timeline
 * @param payload one Opus packet, if the sender is honest
 */
public record Opened(int senderLeaf, long epoch, long counter, Bytes payload) implements OpenResult, OpenerEvent {}
