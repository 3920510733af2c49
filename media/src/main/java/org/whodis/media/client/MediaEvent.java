package org.whodis.media.client;

/** What happens to a {@link MediaClient}. */
public sealed interface MediaEvent {
    /** Keys are agreed with the relay whose certificate was expected: frames flow from now on. Happens once. */
    record Connected() implements MediaEvent {}

    /** A frame of a peer; see {@link ReceivedFrame}. */
    record Payload(ReceivedFrame frame) implements MediaEvent {}

    /** The relay says nothing, not even to whether it is there ({@link MediaClient#ANSWER_NANOS}); it may come back. */
    record RelaySilent() implements MediaEvent {}

    /** The relay is heard again after {@link RelaySilent}. */
    record RelayHeard() implements MediaEvent {}

    /** The relay has not confirmed for too long that it wants our packets (RFC 7675): nothing is sent any more. Final. */
    record ConsentLost() implements MediaEvent {}

    /** No connection came about. Final. */
    record Failed(MediaFailure reason) implements MediaEvent {}
}
