package org.whodis.core.crypto.jdk;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.whodis.core.crypto.P256;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** P-256 on the JDK. */
final class JdkP256 {
    /**
     * The JDK draws 64 bits more than the order has and reduces them, little-endian, so a number followed by eight zero bytes
     * comes out as itself. Every place below checks that it did.
     */
    private static final int DRAWN = 40;

    private JdkP256() {}

    /** There is no way from a private key to its public one but to generate the pair. */
    static Bytes publicKey(Secret privateKey) {
        FixedOutput random = drawn(privateKey);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            java.security.KeyPair pair = generator.generateKeyPair();
            random.requireDrained();
            if (!((ECPrivateKey) pair.getPrivate()).getS().equals(P256.requirePrivateKey(privateKey))) {
                throw new IllegalStateException("the provider made another P-256 key than it was given");
            }
            ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
            return new P256.Point(point.getAffineX(), point.getAffineY()).encode();
        } catch (GeneralSecurityException e) {
            throw JdkPrimitives.broken(e);
        }
    }

    static Secret agree(BigInteger privateKey, P256.Point publicKey) {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(privateKey(privateKey));
            agreement.doPhase(publicKey(publicKey), true);
            return Secret.owning(agreement.generateSecret());
        } catch (GeneralSecurityException e) {
            throw JdkPrimitives.broken(e);
        }
    }

    static Bytes sign(BigInteger privateKey, Bytes message, Secret nonce) {
        FixedOutput random = drawn(nonce);
        BigInteger r = new BigInteger(1, publicKey(nonce).slice(1, 33).toArray());
        nonce.erase();
        try {
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(privateKey(privateKey), random);
            signer.update(message.toArray());
            Bytes signature = Bytes.of(signer.sign());
            random.requireDrained();
            P256.EcdsaSignature decoded = P256.EcdsaSignature.decode(signature);
            if (decoded == null || !decoded.r().equals(r.mod(P256.ORDER))) {
                throw new IllegalStateException("the provider signed with another nonce than it was given");
            }
            return signature;
        } catch (GeneralSecurityException e) {
            throw JdkPrimitives.broken(e);
        }
    }

    static boolean verify(P256.Point publicKey, Bytes message, P256.EcdsaSignature signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
            verifier.initVerify(publicKey(publicKey));
            verifier.update(message.toArray());
            return verifier.verify(Bytes.concat(P256.fixed(signature.r()), P256.fixed(signature.s()))
                    .toArray());
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw JdkPrimitives.broken(e);
        }
    }

    private static FixedOutput drawn(Secret bigEndian) {
        byte[] raw = bigEndian.expose();
        byte[] out = new byte[DRAWN];
        for (int i = 0; i < raw.length; i++) {
            out[i] = raw[raw.length - 1 - i];
        }
        FixedOutput random = new FixedOutput(out);
        Arrays.fill(raw, (byte) 0);
        Arrays.fill(out, (byte) 0);
        return random;
    }

    private static PrivateKey privateKey(BigInteger scalar) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, curve()));
    }

    private static PublicKey publicKey(P256.Point point) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(new ECPoint(point.x(), point.y()), curve()));
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }
}
