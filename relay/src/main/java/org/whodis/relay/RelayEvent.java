package org.whodis.relay;

/** What happens to a member. */
public sealed interface RelayEvent {
    MemberId id();

    /** DTLS is finished and the certificate was the announced one. */
    record MemberConnected(MemberId id) implements RelayEvent {}

    /** The member was removed by the relay itself: never arrived, or not heard for {@link RelayLimits#idleNanos}. */
    record MemberExpired(MemberId id) implements RelayEvent {}
}
