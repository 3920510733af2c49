package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** Primitives of which one call, chosen by its number, goes wrong; and the random source that belongs to them. */
public final class FaultyPrimitives implements Primitives, RandomBytes {
    /** How the call goes wrong. */
    public enum Fault {
        /** As if a provider failed: nobody expects it. */
        BREAKS,
        /** What comes from outside is refused, where that may be; other calls go well. */
        REFUSES,
        /** It gives another result than it should. */
        LIES
    }

    /** The call that {@link Fault#BREAKS}. */
    public static final class Broken extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Broken() {
            super("this call was chosen to fail");
        }
    }

    private final Primitives right;
    private final RandomBytes random;
    private Fault fault = Fault.BREAKS;
    private long chosen = -1;
    private long calls;

    public FaultyPrimitives(Primitives right, RandomBytes random) {
        this.right = right;
        this.random = random;
    }

    /** The call of this number from now on, the first being 0, goes wrong; -1 for none. */
    public void choose(Fault how, long call) {
        fault = how;
        chosen = call;
        calls = 0;
    }

    /** Calls since {@link #choose}. */
    public long calls() {
        return calls;
    }

    /** Whether the result of this call is to be another one. */
    private boolean step() {
        boolean isChosen = calls++ == chosen;
        if (isChosen && fault == Fault.BREAKS) {
            throw new Broken();
        }
        return isChosen && fault == Fault.LIES;
    }

    /** As {@link #step}, for a call that may refuse its input. */
    private boolean refusableStep() throws CryptoException {
        if (calls == chosen && fault == Fault.REFUSES) {
            calls++;
            throw new CryptoException("this call was chosen to refuse");
        }
        return step();
    }

    private static Bytes bytes(boolean lies, Bytes result) {
        if (!lies || result.isEmpty()) {
            return result;
        }
        byte[] other = result.toArray();
        other[other.length - 1] ^= 1;
        return Bytes.of(other);
    }

    private static Secret secret(boolean lies, Secret result) {
        if (!lies) {
            return result;
        }
        byte[] other = result.expose();
        other[other.length - 1] ^= 1;
        result.erase();
        return Secret.owning(other);
    }

    @Override
    public byte[] next(int count) {
        step();
        return random.next(count);
    }

    @Override
    public Bytes hash(HashAlgorithm algorithm, Bytes input) {
        return bytes(step(), right.hash(algorithm, input));
    }

    @Override
    public Bytes shake256(Bytes input, int length) {
        return bytes(step(), right.shake256(input, length));
    }

    @Override
    public Bytes hmac(HashAlgorithm algorithm, Secret key, Bytes input) {
        return bytes(step(), right.hmac(algorithm, key, input));
    }

    @Override
    public Secret hkdfExtract(HashAlgorithm algorithm, Secret salt, Secret inputKeyingMaterial) {
        return secret(step(), right.hkdfExtract(algorithm, salt, inputKeyingMaterial));
    }

    @Override
    public Secret hkdfExpand(HashAlgorithm algorithm, Secret pseudorandomKey, Bytes info, int length) {
        return secret(step(), right.hkdfExpand(algorithm, pseudorandomKey, info, length));
    }

    @Override
    public Bytes aeadSeal(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes plaintext) {
        return bytes(step(), right.aeadSeal(algorithm, key, nonce, aad, plaintext));
    }

    @Override
    public Bytes aeadOpen(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes ciphertext)
            throws CryptoException {
        return bytes(refusableStep(), right.aeadOpen(algorithm, key, nonce, aad, ciphertext));
    }

    @Override
    public Bytes aesCtr(Secret key, Bytes counterBlock, Bytes input) {
        return bytes(step(), right.aesCtr(key, counterBlock, input));
    }

    @Override
    public Bytes x25519PublicKey(Secret privateKey) {
        return bytes(step(), right.x25519PublicKey(privateKey));
    }

    @Override
    public Secret x25519(Secret privateKey, Bytes publicKey) throws CryptoException {
        return secret(refusableStep(), right.x25519(privateKey, publicKey));
    }

    @Override
    public Bytes ed25519PublicKey(Secret seed) {
        return bytes(step(), right.ed25519PublicKey(seed));
    }

    @Override
    public Bytes ed25519Sign(Secret seed, Bytes message) {
        return bytes(step(), right.ed25519Sign(seed, message));
    }

    @Override
    public boolean ed25519Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return step() != right.ed25519Verify(publicKey, message, signature);
    }

    @Override
    public Bytes p256PublicKey(Secret privateKey) {
        return bytes(step(), right.p256PublicKey(privateKey));
    }

    @Override
    public Secret p256(Secret privateKey, Bytes publicKey) throws CryptoException {
        return secret(refusableStep(), right.p256(privateKey, publicKey));
    }

    @Override
    public Bytes ecdsaP256Sign(Secret privateKey, Bytes message) {
        return bytes(step(), right.ecdsaP256Sign(privateKey, message));
    }

    @Override
    public boolean ecdsaP256Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return step() != right.ecdsaP256Verify(publicKey, message, signature);
    }

    @Override
    public Bytes mlKem768PublicKey(Secret seed) {
        return bytes(step(), right.mlKem768PublicKey(seed));
    }

    @Override
    public Encapsulation mlKem768Encapsulate(Bytes publicKey, Secret randomness) throws CryptoException {
        boolean lies = refusableStep();
        Encapsulation made = right.mlKem768Encapsulate(publicKey, randomness);
        return new Encapsulation(made.sharedSecret(), bytes(lies, made.ciphertext()));
    }

    @Override
    public Secret mlKem768Decapsulate(Secret seed, Bytes ciphertext) throws CryptoException {
        return secret(refusableStep(), right.mlKem768Decapsulate(seed, ciphertext));
    }

    @Override
    public Bytes mlDsa65PublicKey(Secret seed) {
        return bytes(step(), right.mlDsa65PublicKey(seed));
    }

    @Override
    public Bytes mlDsa65Sign(Secret seed, Bytes message, Secret randomness) {
        return bytes(step(), right.mlDsa65Sign(seed, message, randomness));
    }

    @Override
    public boolean mlDsa65Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return step() != right.mlDsa65Verify(publicKey, message, signature);
    }
}
