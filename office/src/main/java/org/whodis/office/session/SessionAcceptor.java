package org.whodis.office.session;

import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeContext;
import org.whodis.office.http.MessageSocket;

/**
 * Makes the sessions of one run of the listener.
 *
 * @param descriptor names the certificate that this run of the listener shows
 */
public record SessionAcceptor(
        OfficeContext office, SessionParts parts, SignedOfficeDescriptor descriptor, Bytes tlsSpkiSha256)
        implements MessageSocket.Acceptor {
    @Override
    public MessageSocket.Listener accept(MessageSocket socket) {
        return new DeviceSession(office, parts, descriptor, tlsSpkiSha256, socket);
    }
}
