package org.whodis.media.srtp;

import java.util.Arrays;

/** The session keys of one direction: one for RTP, one for RTCP. */
final class SessionKeys {
    private final GcmKey rtp;
    private final GcmKey rtcp;

    SessionKeys(GcmKey rtp, GcmKey rtcp) {
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    static SessionKeys derive(SrtpKeys master) {
        byte[] key = master.exposeKey();
        byte[] salt = master.exposeSalt();
        SessionKeys keys = derive(key, salt);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        return keys;
    }

    /** Session keys are as long as the master key: published vectors have 16 bytes too. */
    static SessionKeys derive(byte[] key, byte[] salt) {
        return new SessionKeys(
                new GcmKey(
                        KeyDerivation.derive(key, salt, KeyDerivation.Label.RTP_KEY, key.length),
                        KeyDerivation.derive(key, salt, KeyDerivation.Label.RTP_SALT, SrtpKeys.SALT_LENGTH)),
                new GcmKey(
                        KeyDerivation.derive(key, salt, KeyDerivation.Label.RTCP_KEY, key.length),
                        KeyDerivation.derive(key, salt, KeyDerivation.Label.RTCP_SALT, SrtpKeys.SALT_LENGTH)));
    }

    GcmKey rtp() {
        return rtp;
    }

    GcmKey rtcp() {
        return rtcp;
    }

    void erase() {
        rtp.erase();
        rtcp.erase();
    }
}
