package org.whodis.core.crypto.bc;

import java.math.BigInteger;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.P256;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** P-256 on Bouncy Castle. A class of its own because no call uses it, so that a page need not carry it. */
final class BcP256 {
    private static final ECDomainParameters CURVE = curve();

    private BcP256() {}

    static Bytes publicKey(Secret privateKey) {
        BigInteger scalar = P256.requirePrivateKey(privateKey);
        return Bytes.of(CURVE.getG().multiply(scalar).getEncoded(false));
    }

    static Secret agree(Secret privateKey, Bytes publicKey) throws CryptoException {
        BigInteger scalar = P256.requirePrivateKey(privateKey);
        ECPoint shared = point(P256.requirePoint(publicKey)).multiply(scalar).normalize();
        return Secret.owning(shared.getAffineXCoord().getEncoded());
    }

    static Bytes sign(Secret privateKey, Bytes hash) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(P256.requirePrivateKey(privateKey), CURVE));
        BigInteger[] signature = signer.generateSignature(hash.toArray());
        return new P256.EcdsaSignature(signature[0], signature[1]).encode();
    }

    static boolean verify(Bytes publicKey, Bytes hash, Bytes signature) {
        P256.Point point = P256.decodePoint(publicKey);
        P256.EcdsaSignature decoded = P256.EcdsaSignature.decode(signature);
        if (point == null || decoded == null) {
            return false;
        }
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, new ECPublicKeyParameters(point(point), CURVE));
        return verifier.verifySignature(hash.toArray(), decoded.r(), decoded.s());
    }

    /** NIST SP 800-186 section 3.2.1.3. */
    private static ECDomainParameters curve() {
        ECCurve curve = new SecP256R1Curve();
        ECPoint base = curve.createPoint(
                new BigInteger("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", 16),
                new BigInteger("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", 16));
        return new ECDomainParameters(curve, base, curve.getOrder(), curve.getCofactor());
    }

    private static ECPoint point(P256.Point point) {
        return CURVE.getCurve().createPoint(point.x(), point.y());
    }
}
