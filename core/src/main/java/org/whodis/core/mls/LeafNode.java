package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A member of a group (RFC 9420 section 7.2).
 *
 * <pre>
 *   struct {
 *       HPKEPublicKey encryption_key;
 *       SignaturePublicKey signature_key;
 *       Credential credential;
 *       Capabilities capabilities;
 *       LeafNodeSource leaf_node_source;
 *       select (LeafNode.leaf_node_source) { … };
 *       Extension extensions&lt;V&gt;;
 *       opaque signature&lt;V&gt;;          // SignWithLabel(., "LeafNodeTBS", LeafNodeTBS)
 *   } LeafNode;
 * </pre>
 *
 * <p>LeafNodeTBS is all of it above the signature and, for the sources {@code update} and {@code commit}, then
 * {@code opaque group_id<V>; uint32 leaf_index;}.
 */
public record LeafNode(
        Bytes encryptionKey,
        Bytes signatureKey,
        Credential credential,
        Capabilities capabilities,
        LeafNodeSource source,
        List<Extension> extensions,
        Bytes signature)
        implements Node {
    private static final String LABEL = "LeafNodeTBS";

    public LeafNode {
        extensions = List.copyOf(extensions);
    }

    /** This leaf with a new key and source, signed anew; {@code groupId} and {@code leafIndex} do not count in a KeyPackage. */
    LeafNode resigned(
            MlsCrypto crypto,
            Secret signatureSeed,
            Bytes newKey,
            LeafNodeSource newSource,
            Bytes groupId,
            int leafIndex) {
        LeafNode unsigned =
                new LeafNode(newKey, signatureKey, credential, capabilities, newSource, extensions, Bytes.EMPTY);
        return unsigned.withSignature(crypto.sign(signatureSeed, LABEL, unsigned.toBeSigned(groupId, leafIndex)));
    }

    LeafNode withSignature(Bytes newSignature) {
        return new LeafNode(encryptionKey, signatureKey, credential, capabilities, source, extensions, newSignature);
    }

    boolean hasValidSignature(MlsCrypto crypto, Bytes groupId, int leafIndex) {
        return crypto.verify(signatureKey, LABEL, toBeSigned(groupId, leafIndex), signature);
    }

    private Bytes toBeSigned(Bytes groupId, int leafIndex) {
        WireWriter out = new WireWriter();
        writeUnsigned(out);
        switch (source) {
            case LeafNodeSource.KeyPackage _ -> {}
            case LeafNodeSource.Update _, LeafNodeSource.Commit _ ->
                out.vector(groupId).uint32(leafIndex);
        }
        return out.toBytes();
    }

    private void writeUnsigned(WireWriter out) {
        out.vector(encryptionKey).vector(signatureKey);
        credential.write(out);
        capabilities.write(out);
        source.write(out);
        Extension.writeList(out, extensions);
    }

    @Override
    public void write(WireWriter out) {
        writeUnsigned(out);
        out.vector(signature);
    }

    static LeafNode read(WireReader in) throws DecodeException {
        return new LeafNode(
                Wire.key(in),
                Wire.key(in),
                Credential.read(in),
                Capabilities.read(in),
                LeafNodeSource.read(in),
                Extension.readList(in),
                Wire.key(in));
    }
}
