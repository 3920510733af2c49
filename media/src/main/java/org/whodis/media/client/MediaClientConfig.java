package org.whodis.media.client;

import java.net.InetSocketAddress;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.ice.IceTimings;
import org.whodis.media.rtp.RtpHeader;

/**
 * What signalling told a phone about its place at the relay of its own office.
 *
 * @param relay where the relay listens
 * @param relayCredentials what the relay gave this member: checks are addressed to its ufrag and keyed by its password
 * @param relayFingerprint the certificate that the relay must show
 * @param ufrag the fragment that this phone announced; it needs no password, because a lite agent asks nothing
 * @param ssrc the SSRC that the relay gave this member
 * @param frameLength the one length that every RTP payload has, in bytes
 * @param timings of checks and consent
 */
public record MediaClientConfig(
        InetSocketAddress relay,
        IceCredentials relayCredentials,
        Fingerprint relayFingerprint,
        String ufrag,
        int ssrc,
        int frameLength,
        IceTimings timings) {

    public MediaClientConfig {
        if (relay.isUnresolved() || relay.getPort() == 0) {
            throw new IllegalArgumentException("the relay's address must be an IP address and a port");
        }
        IceCredentials.requireUfrag(ufrag);
        if (frameLength < 1 || frameLength > RtpHeader.MAX_PAYLOAD) {
            throw new IllegalArgumentException("a frame of " + frameLength + " bytes");
        }
    }

    public MediaClientConfig(
            InetSocketAddress relay,
            IceCredentials relayCredentials,
            Fingerprint relayFingerprint,
            String ufrag,
            int ssrc,
            int frameLength) {
        this(relay, relayCredentials, relayFingerprint, ufrag, ssrc, frameLength, IceTimings.DEFAULT);
    }
}
