package org.whodis.relay;

import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;

/**
 * What a device must know to take its place; it goes to that device alone.
 *
 * @param credentials of the relay towards this member
 * @param fingerprint of the certificate that the relay will show
 * @param ssrc under which the member sends and the others of the room receive it
 */
public record RelayMember(MemberId id, IceCredentials credentials, Fingerprint fingerprint, int ssrc) {}
