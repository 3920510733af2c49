package org.whodis.media.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;

/** The phone's end: see {@link TlsPeerPolicy}. */
class SrtpTlsClient extends DefaultTlsClient {
    private final TlsPeerPolicy policy;

    SrtpTlsClient(TlsPeerPolicy policy) {
        super(policy.crypto());
        this.policy = policy;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return TlsPeerPolicy.VERSIONS;
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsPeerPolicy.CIPHER_SUITES;
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // bctls predates generics and collections
    protected Vector getSupportedGroups(Vector namedGroupRoles) {
        Vector<Integer> groups = new Vector<>();
        for (int group : TlsPeerPolicy.GROUPS) {
            groups.add(group);
        }
        return groups;
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // bctls predates generics and collections
    protected Vector getSupportedSignatureAlgorithms() {
        Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
        algorithms.add(TlsPeerPolicy.SIGNATURE);
        return algorithms;
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return TlsPeerPolicy.MAX_HANDSHAKE_MESSAGE;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return DtlsSession.TIMEOUT_MILLIS;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return DtlsSession.RESEND_MILLIS;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // bctls predates generics and collections
    public Hashtable getClientExtensions() throws IOException {
        Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
        TlsPeerPolicy.addUseSrtp(extensions);
        return extensions;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // bctls predates generics
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        TlsPeerPolicy.requireChosen(extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
                policy.requirePeer(shown.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                return policy.credentials(context);
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        policy.exportKeys(context);
    }
}
