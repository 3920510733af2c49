package org.whodis.media.dtls;

import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;
import org.whodis.media.srtp.SrtpKeys;

/**
 * What both ends insist on: DTLS 1.2, ECDHE with ECDSA and an AEAD, extended master secret (RFC 7627, without which the
 * exported keys are not bound to the handshake), SRTP profile AEAD_AES_256_GCM and no other, and the one certificate that
 * signalling announced.
 */
final class TlsPeerPolicy {
    static final ProtocolVersion[] VERSIONS = ProtocolVersion.DTLSv12.only();

    /** Ours first. Chromium has no ECDSA suite with AES-256 in DTLS, so it takes the second, Firefox either. */
    static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    };

    static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1};

    static final SignatureAndHashAlgorithm SIGNATURE =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    /** A self-signed certificate of a peer is a few hundred bytes. */
    static final int MAX_HANDSHAKE_MESSAGE = 8192;

    private static final int PROFILE = SRTPProtectionProfile.SRTP_AEAD_AES_256_GCM;
    private static final byte[] NO_MKI = new byte[0];
    /** RFC 5764, section 4.2. */
    private static final String EXPORTER = "EXTRACTOR-dtls_srtp";

    private final DtlsIdentity own;
    private final Fingerprint expectedPeer;
    private final BcTlsCrypto crypto;
    private boolean rejectedCertificate;
    private @Nullable Fingerprint peer;
    private @Nullable DtlsResult result;

    TlsPeerPolicy(DtlsIdentity own, Fingerprint expectedPeer, BcTlsCrypto crypto) {
        this.own = own;
        this.expectedPeer = expectedPeer;
        this.crypto = crypto;
    }

    BcTlsCrypto crypto() {
        return crypto;
    }

    TlsCredentialedSigner credentials(TlsContext context) throws IOException {
        Certificate chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(own.certificate())});
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context), crypto, own.privateKey(), chain, SIGNATURE);
    }

    void requirePeer(@Nullable Certificate chain) throws IOException {
        Fingerprint shown = chain == null || chain.isEmpty()
                ? null
                : Fingerprint.ofCertificate(chain.getCertificateAt(0).getEncoded());
        if (shown == null || !shown.equals(expectedPeer)) {
            rejectedCertificate = true;
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
        peer = shown;
    }

    boolean hasRejectedCertificate() {
        return rejectedCertificate;
    }

    /** The use_srtp extension of either hello: our one profile, no MKI. */
    static void addUseSrtp(Hashtable<Integer, byte[]> extensions) throws IOException {
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(new int[] {PROFILE}, NO_MKI));
    }

    /** RFC 5764, section 4.1.1: the server picks one of the offered profiles; without ours there is no common ground. */
    static void requireOffered(@Nullable UseSRTPData offered) throws IOException {
        if (offered == null
                || Arrays.stream(offered.getProtectionProfiles()).noneMatch(profile -> profile == PROFILE)) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
    }

    /** RFC 5764, section 4.1.1: exactly one profile, one that was offered, and an MKI that was offered or none. */
    static void requireChosen(@Nullable UseSRTPData chosen) throws IOException {
        if (chosen == null
                || chosen.getProtectionProfiles().length != 1
                || chosen.getProtectionProfiles()[0] != PROFILE
                || chosen.getMki().length != 0) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter);
        }
    }

    /** RFC 5764, section 4.2: client key, server key, client salt, server salt. */
    void exportKeys(TlsContext context) throws IOException {
        Fingerprint proved = peer;
        if (proved == null) {
            throw new TlsFatalAlert(AlertDescription.certificate_required);
        }
        byte[] material =
                context.exportKeyingMaterial(EXPORTER, null, 2 * (SrtpKeys.KEY_LENGTH + SrtpKeys.SALT_LENGTH));
        SrtpKeys client = keys(material, 0);
        SrtpKeys server = keys(material, 1);
        Arrays.fill(material, (byte) 0);
        int suite = context.getSecurityParametersConnection().getCipherSuite();
        result = context.isServer()
                ? new DtlsResult(server, client, proved, suite)
                : new DtlsResult(client, server, proved, suite);
    }

    DtlsResult result() {
        DtlsResult exported = result;
        if (exported == null) {
            throw new IllegalStateException("the handshake is not complete");
        }
        return exported;
    }

    private static SrtpKeys keys(byte[] material, int side) {
        int keyAt = side * SrtpKeys.KEY_LENGTH;
        int saltAt = 2 * SrtpKeys.KEY_LENGTH + side * SrtpKeys.SALT_LENGTH;
        byte[] key = Arrays.copyOfRange(material, keyAt, keyAt + SrtpKeys.KEY_LENGTH);
        byte[] salt = Arrays.copyOfRange(material, saltAt, saltAt + SrtpKeys.SALT_LENGTH);
        SrtpKeys keys = SrtpKeys.copyOf(key, salt);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        return keys;
    }
}
