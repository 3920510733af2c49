package org.whodis.phone.signalling;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/**
 * TLS to an office: version 1.3, and X25519MLKEM768 as the only key agreement offered, so that a handshake that succeeds
 * proves that the hop is post-quantum.
 *
 * <p>No certificate authority takes part. TLS proves that the other end holds the private key of the certificate that it
 * shows; whose key that is, is decided one layer up and before anything of value is sent: the office's
 * {@code SignedOfficeDescriptor} names the SHA-256 of that very SubjectPublicKeyInfo, under the hybrid office key whose hash
 * came in the invitation (protocol sections 3 and 4). A certificate authority could add nothing but a third party that
 * can vouch for an impostor. This is why the trust manager below accepts every chain and why nothing outside this
 * package may use it: {@link OfficeConnection} and {@link OfficeSocket} hand the {@link TlsPeer} to callers that
 * compare it.
 */
final class OfficeTls {
    /** RFC 8446 bis hybrid group 0x11EC (draft-ietf-tls-ecdhe-mlkem). */
    static final String GROUP = "X25519MLKEM768";

    static final String PROTOCOL = "TLSv1.3";

    private final SslContext context;

    OfficeTls() {
        if (!OpenSsl.isAvailable()) {
            throw new IllegalStateException(
                    "BoringSSL does not load on this machine: there is no native library for its operating system and processor",
                    OpenSsl.unavailabilityCause());
        }
        try {
            context = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols(PROTOCOL)
                    .option(OpenSslContextOption.GROUPS, new String[] {GROUP})
                    .trustManager(new AnyCertificate())
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("BoringSSL refused the settings of the phone", e);
        }
    }

    SslHandler newHandler(io.netty.buffer.ByteBufAllocator allocator, OfficeDomain office) {
        return context.newHandler(allocator, office.host(), office.port());
    }

    /** What the finished handshake of {@code handler} showed. */
    static TlsPeer peer(SslHandler handler) throws OfficeException {
        SSLSession session = handler.engine().getSession();
        try {
            X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
            String group = SSL.getGroupName(((ReferenceCountedOpenSslEngine) handler.engine()).sslPointer());
            if (!GROUP.equals(group) || !PROTOCOL.equals(session.getProtocol())) {
                throw new OfficeException(
                        OfficeException.Reason.NOT_THE_OFFICE,
                        "TLS agreed on " + session.getProtocol() + " with " + group);
            }
            return new TlsPeer(
                    sha256(leaf.getPublicKey().getEncoded()), session.getProtocol(), group, session.getCipherSuite());
        } catch (OfficeException e) {
            throw e;
        } catch (Exception e) {
            // SSL.getGroupName declares Exception.
            throw new OfficeException(
                    OfficeException.Reason.NOT_THE_OFFICE, "TLS showed no certificate: " + e.getMessage());
        }
    }

    private static Bytes sha256(byte[] input) {
        try {
            return Bytes.of(MessageDigest.getInstance("SHA-256").digest(input));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** See the class comment: the certificate is compared with the office's signed descriptor, one layer up. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            requireOne(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
                throws CertificateException {
            requireOne(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            requireOne(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            throw new CertificateException("a phone serves nobody");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a phone serves nobody");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("a phone serves nobody");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private static void requireOne(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0) {
                throw new CertificateException("no certificate");
            }
        }
    }
}
