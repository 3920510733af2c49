package org.whodis.relay;

/** What happens to members and trunks by itself. */
public sealed interface RelayEvent {
    /** DTLS is finished and the certificate was the announced one. */
    record MemberConnected(MemberId id) implements RelayEvent {}

    /** The member was removed by the relay itself: never arrived, or not heard for {@link RelayLimits#idleNanos}. */
    record MemberExpired(MemberId id) implements RelayEvent {}

    /** The other office's relay is heard on this leg, for the first time or again after silence. */
    record TrunkHeard(TrunkId id) implements RelayEvent {}

    /** The other office's relay has fallen silent; the leg stays for {@link RelayLimits#idleNanos}. */
    record TrunkSilent(TrunkId id) implements RelayEvent {}

    /** The leg was removed by the relay itself: never heard, or silent for too long. */
    record TrunkExpired(TrunkId id) implements RelayEvent {}
}
