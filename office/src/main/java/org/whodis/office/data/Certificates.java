package org.whodis.office.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeException;
import org.whodis.office.http.TlsIdentity;

/** Reads the certificate that TLS shows, and makes one where none was given. */
public final class Certificates {
    /** A self-made certificate is believed by its key alone, which the office's descriptor names: it need not run out. */
    private static final Duration SELF_MADE_LIFETIME = Duration.ofDays(3650);

    private final DataFolder folder;
    private final Primitives primitives;

    public Certificates(DataFolder folder, Primitives primitives) {
        this.folder = folder;
        this.primitives = primitives;
    }

    /** The given certificate, PEM with the end entity first, and its key, PKCS #8 in PEM. */
    public TlsIdentity read(Path certificate, Path key) throws OfficeException {
        try {
            return identity(Files.readAllBytes(certificate), Files.readAllBytes(key), false);
        } catch (IOException | GeneralSecurityException e) {
            throw new OfficeException(
                    "The certificate " + certificate + " with the key " + key + " cannot be used: " + e.getMessage()
                            + ". Both have to be PEM files, the key unencrypted PKCS #8 (BEGIN PRIVATE KEY); openssl pkcs8"
                            + " -topk8 -nodes turns other forms into that.",
                    e);
        }
    }

    /** The self-made certificate of the data folder; makes it if there is none. */
    public TlsIdentity selfMade(String host, Instant now) throws OfficeException {
        try {
            if (!Files.exists(folder.tlsCertificate()) || !Files.exists(folder.tlsKey())) {
                make(host, now);
            }
            return identity(folder.read(folder.tlsCertificate()), folder.read(folder.tlsKey()), true);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new OfficeException(
                    "The self-made certificate in " + folder.path() + " cannot be used: " + e.getMessage()
                            + ". Delete tls.crt and tls.key there; the office makes new ones.",
                    e);
        }
    }

    private void make(String host, Instant now)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=" + host);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, new SecureRandom()).setBit(126),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(SELF_MADE_LIFETIME)),
                name,
                pair.getPublic());
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, host));
        if (host.equals("localhost")) {
            names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
            names.add(new GeneralName(GeneralName.iPAddress, "::1"));
        }
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                .addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(new GeneralName[0])));
        byte[] certificate = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded();
        folder.write(folder.tlsKey(), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        folder.write(folder.tlsCertificate(), pem("CERTIFICATE", certificate));
    }

    private TlsIdentity identity(byte[] certificates, byte[] key, boolean selfMade) throws GeneralSecurityException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate each :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(certificates))) {
            chain.add((X509Certificate) each);
        }
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("there is no certificate in the file");
        }
        PrivateKey privateKey = privateKey(key, chain.getFirst().getPublicKey().getAlgorithm());
        requirePair(privateKey, chain.getFirst());
        Bytes spki = Bytes.of(chain.getFirst().getPublicKey().getEncoded());
        return new TlsIdentity(privateKey, chain, primitives.hash(HashAlgorithm.SHA256, spki), selfMade);
    }

    private static PrivateKey privateKey(byte[] pem, String algorithm) throws GeneralSecurityException {
        String text = new String(pem, StandardCharsets.US_ASCII);
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("there is no BEGIN PRIVATE KEY in the key's file");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the key is not base64", e);
        }
    }

    /** A key of another certificate would fail every handshake, much later and with no word of why. */
    private static void requirePair(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default ->
                throw new GeneralSecurityException(
                        "keys of type " + key.getAlgorithm() + " are not supported; take EC P-256 or RSA");
        };
        byte[] probe = {1, 2, 3};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(probe);
        if (!verifier.verify(signature)) {
            throw new GeneralSecurityException("the key is not the certificate's");
        }
    }

    private static byte[] pem(String type, byte[] der) {
        return ("-----BEGIN " + type + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END " + type + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
