package org.whodis.core.mls;

import java.util.Arrays;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A message that is signed and encrypted (RFC 9420 section 6.3).
 *
 * <pre>
 *   struct {
 *       opaque group_id&lt;V&gt;;
 *       uint64 epoch;
 *       ContentType content_type;
 *       opaque authenticated_data&lt;V&gt;;
 *       opaque encrypted_sender_data&lt;V&gt;;
 *       opaque ciphertext&lt;V&gt;;
 *   } PrivateMessage;
 * </pre>
 */
public record PrivateMessage(
        Bytes groupId,
        long epoch,
        int contentType,
        Bytes authenticatedData,
        Bytes encryptedSenderData,
        Bytes ciphertext)
        implements MlsMessage {
    private static final int REUSE_GUARD_LENGTH = 4;

    /** {@code struct { uint32 leaf_index; uint32 generation; opaque reuse_guard[4]; } SenderData;} */
    private record SenderData(long leafIndex, long generation, Bytes reuseGuard) {
        Bytes toBytes() {
            return new WireWriter()
                    .uint32(leafIndex)
                    .uint32(generation)
                    .fixed(reuseGuard)
                    .toBytes();
        }

        static SenderData read(WireReader in) throws DecodeException {
            return new SenderData(in.uint32(), in.uint32(), in.fixed(REUSE_GUARD_LENGTH));
        }
    }

    /** Encrypts what a member signed under the next key of its ratchet. */
    static PrivateMessage protect(
            MlsCrypto crypto,
            Secret senderDataSecret,
            SecretTree secretTree,
            int senderLeaf,
            AuthenticatedContent signed,
            RandomBytes random) {
        return seal(crypto, senderDataSecret, secretTree, senderLeaf, signed.content(), padded(signed, crypto), random);
    }

    /** Encrypts a {@code PrivateMessageContent}. */
    static PrivateMessage seal(
            MlsCrypto crypto,
            Secret senderDataSecret,
            SecretTree secretTree,
            int senderLeaf,
            FramedContent framing,
            Bytes plaintext,
            RandomBytes random) {
        int contentType = framing.body().contentType();
        PrivateMessage header = new PrivateMessage(
                framing.groupId(), framing.epoch(), contentType, framing.authenticatedData(), Bytes.EMPTY, Bytes.EMPTY);
        Bytes guard = Bytes.of(MlsCrypto.draw(random, REUSE_GUARD_LENGTH));
        try (SecretTree.MessageKey key =
                secretTree.ratchet(senderLeaf, contentType).advance()) {
            Bytes ciphertext = crypto.seal(key.key(), guarded(key.nonce(), guard), header.contentAad(), plaintext);
            try (SenderDataKey senderKey = SenderDataKey.of(crypto, senderDataSecret, ciphertext)) {
                Bytes senderData = crypto.seal(
                        senderKey.key,
                        senderKey.nonce,
                        header.senderDataAad(),
                        new SenderData(senderLeaf, key.generation(), guard).toBytes());
                return new PrivateMessage(
                        header.groupId, header.epoch, contentType, header.authenticatedData, senderData, ciphertext);
            }
        }
    }

    /**
     * Decrypts and consumes the key; the signature is still to be checked. A message that does not decrypt changes nothing.
     *
     * @param ownLeaf our own leaf, from which nothing is accepted; -1 for none
     */
    AuthenticatedContent unprotect(
            MlsCrypto crypto, Secret senderDataSecret, SecretTree secretTree, RatchetTree tree, int ownLeaf)
            throws MlsException {
        SenderData sender = openSenderData(crypto, senderDataSecret);
        if (tree.leaf(sender.leafIndex) == null) {
            throw new MlsException(Rejection.UNKNOWN_SENDER, "leaf " + sender.leafIndex);
        }
        if (sender.leafIndex == ownLeaf) {
            throw new MlsException(Rejection.OWN_MESSAGE, "sent under our own leaf");
        }
        SecretTree.Ratchet.Found found =
                secretTree.ratchet((int) sender.leafIndex, contentType).find(sender.generation);
        Bytes plaintext;
        try {
            plaintext = crypto.open(
                    found.key().key(), guarded(found.key().nonce(), sender.reuseGuard), contentAad(), ciphertext);
        } catch (CryptoException e) {
            found.drop();
            throw new MlsException(Rejection.UNDECRYPTABLE, "content");
        } catch (RuntimeException fault) {
            found.drop();
            throw fault;
        }
        found.consume();
        return readContent(plaintext, new Sender.Member(sender.leafIndex));
    }

    private SenderData openSenderData(MlsCrypto crypto, Secret senderDataSecret) throws MlsException {
        try (SenderDataKey key = SenderDataKey.of(crypto, senderDataSecret, ciphertext)) {
            Bytes opened = crypto.open(key.key, key.nonce, senderDataAad(), encryptedSenderData);
            return Wire.decode(opened, SenderData::read);
        } catch (CryptoException e) {
            throw new MlsException(Rejection.UNDECRYPTABLE, "sender data");
        }
    }

    /**
     * <pre>
     *   struct {
     *       select (PrivateMessage.content_type) { … };
     *       FramedContentAuthData auth;
     *       opaque padding[length_of_padding];
     *   } PrivateMessageContent;
     * </pre>
     */
    private AuthenticatedContent readContent(Bytes plaintext, Sender sender) throws MlsException {
        WireReader in = new WireReader(plaintext);
        FramedContent.Body body;
        FramedContentAuthData auth;
        try {
            body = FramedContent.Body.read(in, contentType);
            auth = FramedContentAuthData.read(in, contentType);
        } catch (DecodeException e) {
            throw MlsException.malformed(e);
        }
        for (byte padding : in.rest().toArray()) {
            if (padding != 0) {
                throw new MlsException(Rejection.NONZERO_PADDING, "padding");
            }
        }
        FramedContent content = new FramedContent(groupId, epoch, sender, authenticatedData, body);
        return new AuthenticatedContent(wireFormat(), content, auth);
    }

    /** Zeros up to a multiple of {@link Limits#PADDING_BLOCK}. */
    private static Bytes padded(AuthenticatedContent signed, MlsCrypto crypto) {
        WireWriter out = new WireWriter();
        signed.content().body().write(out);
        signed.auth().write(out);
        int tag = crypto.suite().aead().tagLength();
        int over = (out.length() + tag) % Limits.PADDING_BLOCK;
        return out.fixed(new byte[over == 0 ? 0 : Limits.PADDING_BLOCK - over]).toBytes();
    }

    /** The reuse guard XORed into the first four bytes of the nonce (section 6.3.1). */
    private static Bytes guarded(Secret nonce, Bytes reuseGuard) {
        byte[] bytes = nonce.expose();
        for (int i = 0; i < REUSE_GUARD_LENGTH; i++) {
            bytes[i] ^= reuseGuard.get(i);
        }
        Bytes out = Bytes.of(bytes);
        Arrays.fill(bytes, (byte) 0);
        return out;
    }

    /** {@code sender_data_key} and {@code sender_data_nonce} (section 6.3.2). */
    record SenderDataKey(Secret key, Secret nonce) implements Erasable {
        static SenderDataKey of(MlsCrypto crypto, Secret senderDataSecret, Bytes ciphertext) {
            Bytes sample = ciphertext.slice(0, Math.min(ciphertext.length(), crypto.secretLength()));
            try (EraseUnlessKept made = new EraseUnlessKept()) {
                Secret key = made.add(crypto.expand(
                        senderDataSecret, "key", sample, crypto.suite().aead().keyLength()));
                Secret nonce = made.add(crypto.expand(
                        senderDataSecret, "nonce", sample, crypto.suite().aead().nonceLength()));
                made.keepAll();
                return new SenderDataKey(key, nonce);
            }
        }

        @Override
        public void erase() {
            key.erase();
            nonce.erase();
        }
    }

    /** {@code PrivateContentAAD}: the SenderDataAAD and the authenticated data. */
    private Bytes contentAad() {
        return new WireWriter().fixed(senderDataAad()).vector(authenticatedData).toBytes();
    }

    /** {@code struct { opaque group_id<V>; uint64 epoch; ContentType content_type; } SenderDataAAD;} */
    private Bytes senderDataAad() {
        return new WireWriter().vector(groupId).uint64(epoch).uint8(contentType).toBytes();
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(contentAad()).vector(encryptedSenderData).vector(ciphertext);
    }

    static PrivateMessage read(WireReader in) throws DecodeException {
        Bytes groupId = Wire.groupId(in);
        long epoch = in.uint64();
        int contentType = in.uint8();
        if (contentType < FramedContent.TYPE_APPLICATION || contentType > FramedContent.TYPE_COMMIT) {
            throw new DecodeException("content_type " + contentType);
        }
        return new PrivateMessage(
                groupId,
                epoch,
                contentType,
                in.vector(Limits.MESSAGE_BYTES),
                in.vector(Limits.KEY_BYTES),
                in.vector(Limits.MESSAGE_BYTES));
    }
}
