package org.whodis.office.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * A whole request to one of the named paths; its method has been checked.
 *
 * @param bearerToken of {@code Authorization: Bearer}, if there was one
 * @param peer where the connection came from
 */
public record HttpRequest(String path, Bytes body, @Nullable String bearerToken, InetAddress peer) {

    /** Does not print the body or the token: enrolment secrets travel in them. */
    @Override
    public String toString() {
        return "HttpRequest[" + path + ", " + body.length() + " bytes]";
    }
}
