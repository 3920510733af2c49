package org.whodis.core.line;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Hpke;
import org.whodis.core.crypto.HpkeCiphertext;
import org.whodis.core.crypto.HpkeKdf;
import org.whodis.core.crypto.HpkeKem;
import org.whodis.core.crypto.HpkeSuite;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Something sealed to several devices: once under a random key, and that key to each of them by HPKE (RFC 9180, mode base)
 * with X-Wing, HKDF-SHA-256 and AES-256-GCM. It says nothing of who sealed it: what has an author is signed around it.
 *
 * <pre>
 *   struct { opaque device[32]; opaque enc[1120]; opaque wrapped_key[48]; } Reader;
 *   struct { Reader readers&lt;V&gt;; opaque ciphertext&lt;V&gt;; } SealedBox;           at most 64 readers
 *
 *   info = "Whodis 1 Sealed box"     aad = purpose, for both;     nonce of the ciphertext = zeros, since the key is used once
 * </pre>
 */
public record SealedBox(List<Reader> readers, Bytes ciphertext) implements Encodable {
    /** A person has at most seventeen devices; the rest is room for the desk's. */
    public static final int MAX_READERS = 64;

    /** A held line with the longest chain. */
    public static final int MAX_CONTENT = 130 * 1024;

    private static final int TAG_LENGTH = 16;
    private static final int KEY_LENGTH = 32;
    private static final int WRAPPED_LENGTH = KEY_LENGTH + TAG_LENGTH;
    private static final int READER_LENGTH = DeviceId.LENGTH + XWing.CIPHERTEXT_LENGTH + WRAPPED_LENGTH;
    private static final Bytes INFO = Bytes.utf8("Whodis 1 Sealed box");
    private static final Bytes NONCE = Bytes.of(new byte[12]);

    /** One who can open it. */
    public record Reader(DeviceId device, Bytes enc, Bytes wrappedKey) {
        public Reader {
            Check.length(enc, XWing.CIPHERTEXT_LENGTH, "enc");
            Check.length(wrappedKey, WRAPPED_LENGTH, "wrapped_key");
        }

        private void write(WireWriter out) {
            out.fixed(device.value()).fixed(enc).fixed(wrappedKey);
        }

        private static Reader read(WireReader in) throws DecodeException {
            return new Reader(DeviceId.read(in), in.fixed(XWing.CIPHERTEXT_LENGTH), in.fixed(WRAPPED_LENGTH));
        }
    }

    public SealedBox {
        readers = List.copyOf(readers);
        Check.require(readers.size() <= MAX_READERS, readers.size() + " readers");
        Check.require(
                ciphertext.length() <= MAX_CONTENT + TAG_LENGTH, "a ciphertext of " + ciphertext.length() + " bytes");
    }

    /** A box that holds nothing for nobody. */
    public static SealedBox empty() {
        return new SealedBox(List.of(), Bytes.EMPTY);
    }

    /**
     * Seals {@code content} to the first {@link #MAX_READERS} of {@code keys}; one whose key is malformed is left out.
     *
     * @param purpose what it is and where it belongs, so that it cannot be put in another place
     */
    public static SealedBox seal(
            Primitives primitives, RandomBytes random, Collection<SealingKey> keys, Bytes purpose, Bytes content) {
        try (Secret key = Secret.owning(random.next(KEY_LENGTH))) {
            List<Reader> readers = new ArrayList<>();
            for (SealingKey each : keys) {
                if (readers.size() == MAX_READERS) {
                    break;
                }
                Reader reader = wrap(primitives, random, each, purpose, key);
                if (reader != null) {
                    readers.add(reader);
                }
            }
            return new SealedBox(readers, primitives.aeadSeal(AeadAlgorithm.AES_256_GCM, key, NONCE, purpose, content));
        }
    }

    private static @Nullable Reader wrap(
            Primitives primitives, RandomBytes random, SealingKey to, Bytes purpose, Secret key) {
        try {
            HpkeCiphertext wrapped =
                    hpke(primitives).seal(to.publicKey(), INFO, purpose, Bytes.of(key.expose()), random);
            return new Reader(to.device(), wrapped.enc(), wrapped.ciphertext());
        } catch (CryptoException malformed) {
            return null;
        }
    }

    /** Opens it with {@code device}'s private sealing key. */
    public Bytes open(Primitives primitives, DeviceId device, Secret privateKey, Bytes purpose) throws LineException {
        for (Reader reader : readers) {
            if (reader.device().equals(device)) {
                try {
                    Secret key = Secret.copyOf(hpke(primitives)
                            .open(new HpkeCiphertext(reader.enc(), reader.wrappedKey()), privateKey, INFO, purpose));
                    Bytes content = primitives.aeadOpen(AeadAlgorithm.AES_256_GCM, key, NONCE, purpose, ciphertext);
                    key.erase();
                    return content;
                } catch (CryptoException e) {
                    throw new LineException(LineException.Reason.NOT_SEALED_TO_US);
                }
            }
        }
        throw new LineException(LineException.Reason.NOT_SEALED_TO_US);
    }

    public boolean isFor(DeviceId device) {
        for (Reader reader : readers) {
            if (reader.device().equals(device)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void write(WireWriter out) {
        out.list(readers, (inner, reader) -> reader.write(inner)).vector(ciphertext);
    }

    public static SealedBox read(WireReader in) throws DecodeException {
        return new SealedBox(
                in.list(MAX_READERS * READER_LENGTH, MAX_READERS, Reader::read), in.vector(MAX_CONTENT + TAG_LENGTH));
    }

    public static SealedBox decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SealedBox::read);
    }

    private static Hpke hpke(Primitives primitives) {
        return new Hpke(primitives, new HpkeSuite(HpkeKem.X_WING, HpkeKdf.HKDF_SHA256, AeadAlgorithm.AES_256_GCM));
    }
}
