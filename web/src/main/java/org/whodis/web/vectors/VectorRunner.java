package org.whodis.web.vectors;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Encapsulation;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Hpke;
import org.whodis.core.crypto.HpkeCiphertext;
import org.whodis.core.crypto.HpkeKdf;
import org.whodis.core.crypto.HpkeKem;
import org.whodis.core.crypto.HpkeSuite;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.identity.Words;
import org.whodis.core.sframe.CipherSuite;
import org.whodis.core.sframe.DecryptionKey;
import org.whodis.core.sframe.EncryptionKey;
import org.whodis.core.sframe.SFrameHeader;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Answers questions about the core, one a line, so that two machines that run it can be compared line by line: the JVM, and
 * each browser with the core compiled to WebAssembly.
 *
 * <p>A line is an operation and its fields, each behind one blank: bytes in hexadecimal ({@code -} for none), numbers in
 * decimal, algorithms by the names of their constants. The answer is one line: values in the same form, {@code refused} where
 * input from outside is refused, {@code fault} where the caller is at fault. Lines that are empty or begin with {@code #}
 * get an empty answer.
 */
public final class VectorRunner {
    private final Primitives primitives;

    public VectorRunner(Primitives primitives) {
        this.primitives = primitives;
    }

    /** The answers to all lines of {@code questions}, each ended by a line feed. */
    public String run(String questions) {
        StringBuilder answers = new StringBuilder();
        for (String line : split(questions, '\n')) {
            answers.append(answer(line)).append('\n');
        }
        return answers.toString();
    }

    private String answer(String line) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return "";
        }
        Fields fields = new Fields(split(line, ' '));
        try {
            String answer = answer(fields.text(), fields);
            fields.end();
            return answer;
        } catch (CryptoException | DecodeException e) {
            return "refused";
        } catch (IdentityException e) {
            return "refused " + e.reason().name();
        } catch (IllegalArgumentException e) {
            return "fault";
        }
    }

    private String answer(String operation, Fields in) throws CryptoException, DecodeException, IdentityException {
        return switch (operation) {
            case "hash" -> hex(primitives.hash(hash(in), in.bytes()));
            case "shake256" -> hex(primitives.shake256(in.bytes(), in.number()));
            case "hmac" -> hex(primitives.hmac(hash(in), in.secret(), in.bytes()));
            case "hkdf-extract" -> hex(primitives.hkdfExtract(hash(in), in.secret(), in.secret()));
            case "hkdf-expand" -> hex(primitives.hkdfExpand(hash(in), in.secret(), in.bytes(), in.number()));
            case "aead-seal" -> hex(primitives.aeadSeal(aead(in), in.secret(), in.bytes(), in.bytes(), in.bytes()));
            case "aead-open" -> hex(primitives.aeadOpen(aead(in), in.secret(), in.bytes(), in.bytes(), in.bytes()));
            case "x25519-public" -> hex(primitives.x25519PublicKey(in.secret()));
            case "x25519" -> hex(primitives.x25519(in.secret(), in.bytes()));
            case "ed25519-public" -> hex(primitives.ed25519PublicKey(in.secret()));
            case "ed25519-sign" -> hex(primitives.ed25519Sign(in.secret(), in.bytes()));
            case "ed25519-verify" -> yesNo(primitives.ed25519Verify(in.bytes(), in.bytes(), in.bytes()));
            case "ml-kem-public" -> hex(primitives.mlKem768PublicKey(in.secret()));
            case "ml-kem-encapsulate" -> hex(primitives.mlKem768Encapsulate(in.bytes(), in.secret()));
            case "ml-kem-decapsulate" -> hex(primitives.mlKem768Decapsulate(in.secret(), in.bytes()));
            case "ml-dsa-public" -> hex(primitives.mlDsa65PublicKey(in.secret()));
            case "ml-dsa-sign" -> hex(primitives.mlDsa65Sign(in.secret(), in.bytes(), in.secret()));
            case "ml-dsa-verify" -> yesNo(primitives.mlDsa65Verify(in.bytes(), in.bytes(), in.bytes()));
            case "x-wing-public" -> hex(XWing.publicKey(primitives, in.secret()));
            case "x-wing-encapsulate" -> hex(XWing.encapsulate(primitives, in.bytes(), in.secret()));
            case "x-wing-decapsulate" -> hex(XWing.decapsulate(primitives, in.secret(), in.bytes()));
            case "hpke-key" -> hpkeKey(hpke(in), in);
            case "hpke-seal" -> hpkeSeal(hpke(in), in);
            case "hpke-open" -> hpkeOpen(hpke(in), in);
            case "sframe-header" -> hex(new SFrameHeader(in.uint64(), in.uint64()).encode());
            case "sframe-encrypt" ->
                hex(new EncryptionKey(primitives, suite(in), in.uint64(), in.secret())
                        .encrypt(in.uint64(), in.bytes(), in.bytes()));
            case "sframe-decrypt" ->
                hex(new DecryptionKey(primitives, suite(in), in.uint64(), in.secret()).decrypt(in.bytes(), in.bytes()));
            case "words" -> String.join(" ", Words.of(in.bytes(), in.number()));
            case "chain" -> chain(in.uint64());
            case "call" -> GoldenCall.run(primitives, in.uint64());
            default -> throw new IllegalArgumentException("no operation " + operation);
        };
    }

    /**
     * A chain of two devices from a seed: hash of its bytes and its head; then, for every 251st byte, what a verifier says
     * when a bit of it is wrong, by the first letters of the reasons.
     */
    private String chain(long seed) throws IdentityException, DecodeException {
        GoldenPeople people = new GoldenPeople(primitives, seed);
        UnverifiedChain wire = people.person("Claire").addDevice().wire();
        Bytes encoded = wire.encode();
        VerifiedChain verified = UnverifiedChain.decode(encoded).verify(primitives, people.offices());
        StringBuilder outcomes = new StringBuilder();
        for (int at = 0; at < encoded.length(); at += 251) {
            byte[] damaged = encoded.toArray();
            damaged[at] ^= 4;
            try {
                UnverifiedChain.decode(Bytes.of(damaged)).verify(primitives, people.offices());
                outcomes.append(" accepted");
            } catch (DecodeException e) {
                outcomes.append(" malformed");
            } catch (IdentityException e) {
                outcomes.append(' ').append(e.reason().name());
            }
        }
        return primitives.hash(HashAlgorithm.SHA256, encoded).hex() + " "
                + verified.head().hex() + " " + verified.devices().size() + outcomes;
    }

    private String hpkeKey(Hpke hpke, Fields in) {
        KeyPair pair = hpke.deriveKeyPair(in.secret());
        return hex(pair.privateKey()) + " " + hex(pair.publicKey());
    }

    /** Fields: the public key, what is drawn at random, info, aad, plaintext. */
    private String hpkeSeal(Hpke hpke, Fields in) throws CryptoException {
        Bytes publicKey = in.bytes();
        Bytes randomness = in.bytes();
        HpkeCiphertext sealed = hpke.seal(publicKey, in.bytes(), in.bytes(), in.bytes(), count -> randomness.toArray());
        return hex(sealed.enc()) + " " + hex(sealed.ciphertext());
    }

    /** Fields: enc, the private key, info, aad, ciphertext. */
    private String hpkeOpen(Hpke hpke, Fields in) throws CryptoException {
        Bytes enc = in.bytes();
        Secret privateKey = in.secret();
        return hex(hpke.setupReceiver(enc, privateKey, in.bytes()).open(in.bytes(), in.bytes()));
    }

    private Hpke hpke(Fields in) {
        return new Hpke(
                primitives,
                new HpkeSuite(named(HpkeKem.values(), in.text()), named(HpkeKdf.values(), in.text()), aead(in)));
    }

    private static HashAlgorithm hash(Fields in) {
        return named(HashAlgorithm.values(), in.text());
    }

    private static AeadAlgorithm aead(Fields in) {
        return named(AeadAlgorithm.values(), in.text());
    }

    private static CipherSuite suite(Fields in) {
        return named(CipherSuite.values(), in.text());
    }

    private static <E extends Enum<E>> E named(E[] constants, String name) {
        for (E constant : constants) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no constant " + name);
    }

    private static String hex(Bytes value) {
        return value.isEmpty() ? "-" : value.hex();
    }

    /** Vectors hold no secret of anybody's. */
    private static String hex(Secret value) {
        return hex(Bytes.of(value.expose()));
    }

    private static String hex(Encapsulation value) {
        return hex(value.ciphertext()) + " " + hex(value.sharedSecret());
    }

    private static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + 1;
        }
        if (from < text.length()) {
            parts.add(text.substring(from));
        }
        return parts;
    }

    /** The fields of a line, taken from left to right. */
    private static final class Fields {
        private final List<String> fields;
        private int next;

        Fields(List<String> fields) {
            this.fields = fields;
        }

        String text() {
            if (next == fields.size()) {
                throw new IllegalArgumentException("a field is missing");
            }
            return fields.get(next++);
        }

        Bytes bytes() {
            String field = text();
            return field.equals("-") ? Bytes.EMPTY : Bytes.fromHex(field);
        }

        Secret secret() {
            return Secret.owning(bytes().toArray());
        }

        int number() {
            return Integer.parseInt(text());
        }

        /** Decimal, without a sign. TeaVM has no {@code Long.parseUnsignedLong}. */
        long uint64() {
            String digits = text();
            long value = 0;
            for (int i = 0; i < digits.length(); i++) {
                value = 10 * value + (digits.charAt(i) - '0');
            }
            return value;
        }

        void end() {
            if (next != fields.size()) {
                throw new IllegalArgumentException("a field too many");
            }
        }
    }
}
