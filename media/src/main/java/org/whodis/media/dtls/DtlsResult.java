package org.whodis.media.dtls;

import org.whodis.media.srtp.SrtpKeys;

/** What a finished handshake gives (RFC 5764, section 4.2). The keys print redacted. */
public final class DtlsResult {
    private final SrtpKeys sendKeys;
    private final SrtpKeys receiveKeys;
    private final Fingerprint peer;
    private final int cipherSuite;

    DtlsResult(SrtpKeys sendKeys, SrtpKeys receiveKeys, Fingerprint peer, int cipherSuite) {
        this.sendKeys = sendKeys;
        this.receiveKeys = receiveKeys;
        this.peer = peer;
        this.cipherSuite = cipherSuite;
    }

    /** For what we send. */
    public SrtpKeys sendKeys() {
        return sendKeys;
    }

    /** For what we receive. */
    public SrtpKeys receiveKeys() {
        return receiveKeys;
    }

    /** Of the certificate whose key the peer proved to hold; it is the one that was expected. */
    public Fingerprint peer() {
        return peer;
    }

    /** The TLS cipher suite that protected the handshake. */
    public int cipherSuite() {
        return cipherSuite;
    }

    @Override
    public String toString() {
        return "DtlsResult[peer=" + peer + "]";
    }
}
