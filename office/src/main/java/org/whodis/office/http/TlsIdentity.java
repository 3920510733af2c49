package org.whodis.office.http;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.whodis.core.wire.Bytes;

/**
 * The certificate that TLS shows, with its key.
 *
 * @param chain the end entity first
 * @param spkiSha256 SHA-256 of the end entity's SubjectPublicKeyInfo: what the office's descriptor names
 * @param selfMade whether the office made it itself, so that no browser believes it
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain, Bytes spkiSha256, boolean selfMade) {
    public TlsIdentity {
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + spkiSha256 + "]";
    }
}
