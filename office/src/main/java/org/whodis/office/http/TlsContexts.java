package org.whodis.office.http;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

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
