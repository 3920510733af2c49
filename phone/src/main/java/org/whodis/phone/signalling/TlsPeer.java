package org.whodis.phone.signalling;

import org.whodis.core.wire.Bytes;

/**
 * What TLS showed about the other end of one connection.
 *
 * @param spkiSha256 SHA-256 of the certificate's SubjectPublicKeyInfo; TLS has proved possession of its private key
 * @param protocol always {@code TLSv1.3}
 * @param group the key agreement as BoringSSL names it, always {@code X25519MLKEM768}
 * @param cipherSuite e.g. {@code TLS_AES_256_GCM_SHA384}
 */
public record TlsPeer(Bytes spkiSha256, String protocol, String group, String cipherSuite) {}
