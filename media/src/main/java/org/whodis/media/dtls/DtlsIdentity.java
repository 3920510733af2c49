package org.whodis.media.dtls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.nist.NISTNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.whodis.media.RandomBytes;

/**
 * An ECDSA P-256 key and a certificate that it signed for itself, made for one call (by a phone) or one run (by a relay).
 *
 * <p>DTLS 1.2 sends certificates in the clear. So this one says nothing: name, dates and extensions are the same for
 * everybody, and key and serial number are never used twice.
 */
public final class DtlsIdentity {
    private static final X500Name SUBJECT = new X500Name("CN=whodis");
    /** Dates that tell nothing about the clock: 2020-01-01 and 2049-12-31, the last year a UTCTime can carry. */
    private static final Time NOT_BEFORE = new Time(new DERUTCTime("200101000000Z"));

    private static final Time NOT_AFTER = new Time(new DERUTCTime("491231000000Z"));
    /** RFC 5280, section 4.1.2.2: a positive serial number of at most 20 octets. */
    private static final int SERIAL_LENGTH = 16;

    private final AsymmetricKeyParameter privateKey;
    private final byte[] certificate;
    private final Fingerprint fingerprint;

    private DtlsIdentity(AsymmetricKeyParameter privateKey, byte[] certificate) {
        this.privateKey = privateKey;
        this.certificate = certificate;
        this.fingerprint = Fingerprint.ofCertificate(certificate);
    }

    /** A fresh key and certificate. */
    public static DtlsIdentity generate(RandomBytes random) {
        SecureRandom secureRandom = new BorrowedRandom(random);
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(
                new ECNamedDomainParameters(SECObjectIdentifiers.secp256r1, NISTNamedCurves.getByName("P-256")),
                secureRandom));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        try {
            SubjectPublicKeyInfo publicKey = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic());
            BcECContentSignerBuilder signer = new BcECContentSignerBuilder(
                    new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA"),
                    new DefaultDigestAlgorithmIdentifierFinder().find("SHA-256"));
            signer.setSecureRandom(secureRandom);
            byte[] der = new X509v3CertificateBuilder(
                            SUBJECT,
                            new BigInteger(1, random.next(SERIAL_LENGTH)).setBit(0),
                            NOT_BEFORE,
                            NOT_AFTER,
                            SUBJECT,
                            publicKey)
                    .build(signer.build(pair.getPrivate()))
                    .getEncoded();
            return new DtlsIdentity(pair.getPrivate(), der);
        } catch (IOException e) {
            throw new UncheckedIOException("encoding a certificate of our own", e);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("signing a certificate of our own", e);
        }
    }

    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** The DER bytes that DTLS shows to the peer. */
    byte[] certificate() {
        return certificate.clone();
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }

    @Override
    public String toString() {
        return "DtlsIdentity[" + fingerprint + "]";
    }
}
