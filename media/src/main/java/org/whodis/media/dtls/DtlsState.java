package org.whodis.media.dtls;

/** Where a {@link DtlsSession} stands: {@code Handshaking}, then one of the others for good. */
public sealed interface DtlsState {
    /** Datagrams are going back and forth. */
    record Handshaking() implements DtlsState {}

    /** Both certificates were the expected ones and both sides have the keys. */
    record Established(DtlsResult result) implements DtlsState {}

    /** There will be no keys. */
    record Failed(DtlsFailure reason) implements DtlsState {}
}
