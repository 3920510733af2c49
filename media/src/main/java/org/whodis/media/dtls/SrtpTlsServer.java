package org.whodis.media.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsSRTPUtils;

/** The relay's end: see {@link TlsPeerPolicy}. */
final class SrtpTlsServer extends DefaultTlsServer {
    private final TlsPeerPolicy policy;

    SrtpTlsServer(TlsPeerPolicy policy) {
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
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    public int[] getSupportedGroups() {
        return TlsPeerPolicy.GROUPS;
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
    @SuppressWarnings({"rawtypes", "unchecked"}) // bctls predates generics
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        TlsPeerPolicy.requireOffered(extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions));
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // bctls predates generics and collections
    public Hashtable getServerExtensions() throws IOException {
        Hashtable<Integer, byte[]> extensions = super.getServerExtensions();
        TlsPeerPolicy.addUseSrtp(extensions);
        return extensions;
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
        return policy.credentials(context);
    }

    @Override
    @SuppressWarnings("JdkObsolete") // bctls takes a Vector
    public CertificateRequest getCertificateRequest() {
        Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
        algorithms.add(TlsPeerPolicy.SIGNATURE);
        return new CertificateRequest(new short[] {ClientCertificateType.ecdsa_sign}, algorithms, null);
    }

    @Override
    public void notifyClientCertificate(Certificate chain) throws IOException {
        policy.requirePeer(chain);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        policy.exportKeys(context);
    }
}
