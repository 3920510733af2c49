package org.whodis.office.http;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS 1.3 and nothing older; X25519MLKEM768 first, X25519 for clients that have nothing better. */
final class TlsContexts {
    static final String HYBRID = "X25519MLKEM768";
    private static final String CLASSICAL = "X25519";
    private static final String[] GROUPS = {HYBRID, CLASSICAL};

    private TlsContexts() {}

    /** Whether BoringSSL is there. Without it the JDK's TLS serves, which has no post-quantum group. */
    static boolean isPostQuantum() {
        return OpenSsl.isAvailable();
    }

    static SslContext server(TlsIdentity identity) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .protocols("TLSv1.3")
                .sslProvider(isPostQuantum() ? SslProvider.OPENSSL : SslProvider.JDK);
        if (isPostQuantum()) {
            builder.option(OpenSslContextOption.GROUPS, GROUPS);
        }
        return builder.build();
    }

    /**
     * For connections to other offices: the hybrid group and nothing else, so that a handshake that succeeds is post-quantum.
     * No certificate authority takes part: whose key the certificate has is said by the descriptor that the other office
     * signed, one layer up and before anything of value is sent.
     */
    static SslContext client() throws SSLException {
        return SslContextBuilder.forClient()
                .protocols("TLSv1.3")
                .sslProvider(SslProvider.OPENSSL)
                .option(OpenSslContextOption.GROUPS, new String[] {HYBRID})
                .trustManager(new AnyCertificate())
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    /** See {@link #client}. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            requireOne(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            requireOne(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            requireOne(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a client serves nobody");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a client serves nobody");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a client serves nobody");
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

    /** The group that the handshake agreed on. */
    static String negotiatedGroup(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boringSsl) {
            try {
                String name = SSL.getGroupName(boringSsl.sslPointer());
                return name == null ? "unknown" : name;
            } catch (Exception e) {
                // Declared without a reason by the native method; the group is for display only.
                return "unknown";
            }
        }
        return "classical";
    }
}
