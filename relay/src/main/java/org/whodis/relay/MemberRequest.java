package org.whodis.relay;

import java.util.OptionalInt;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;

/**
 * A place in a room for one device.
 *
 * @param fingerprint of the certificate that the device must show in DTLS
 * @param ufrag the user name fragment that the device announced
 * @param ssrc the SSRC that the device insists on, as browsers do; a phone leaves the choice to the relay
 */
public record MemberRequest(MemberId id, Fingerprint fingerprint, String ufrag, OptionalInt ssrc) {
    public MemberRequest {
        IceCredentials.requireUfrag(ufrag);
    }

    public MemberRequest(MemberId id, Fingerprint fingerprint, String ufrag) {
        this(id, fingerprint, ufrag, OptionalInt.empty());
    }
}
