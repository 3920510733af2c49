package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a client publishes so that others can add it to a group (RFC 9420 section 10).
 *
 * <pre>
 *   struct {
 *       ProtocolVersion version;
 *       CipherSuite cipher_suite;
 *       HPKEPublicKey init_key;
 *       LeafNode leaf_node;
 *       Extension extensions&lt;V&gt;;
 *       opaque signature&lt;V&gt;;          // SignWithLabel(., "KeyPackageTBS", KeyPackageTBS)
 *   } KeyPackage;
 * </pre>
 *
 * @param cipherSuite the code point, which need not be one that we implement
 */
public record KeyPackage(int cipherSuite, Bytes initKey, LeafNode leafNode, List<Extension> extensions, Bytes signature)
        implements MlsMessage {
    private static final String LABEL = "KeyPackageTBS";

    public KeyPackage {
        extensions = List.copyOf(extensions);
    }

    /** The bytes of the structure alone, without the MLSMessage around it. */
    public Bytes toBytes() {
        WireWriter out = new WireWriter();
        write(out);
        return out.toBytes();
    }

    /**
     * Reads what {@link #toBytes()} wrote; {@link MlsMessage#decode} reads it with the MLSMessage around it.
     *
     * @throws MlsException {@link Rejection#MALFORMED}
     */
    public static KeyPackage decode(Bytes bytes) throws MlsException {
        return Wire.decode(bytes, KeyPackage::read);
    }

    /** KeyPackageRef (section 5.2). */
    Bytes reference(MlsCrypto crypto) {
        return crypto.refHash("MLS 1.0 KeyPackage Reference", toBytes());
    }

    KeyPackage signed(MlsCrypto crypto, Secret signatureSeed) {
        return new KeyPackage(
                cipherSuite, initKey, leafNode, extensions, crypto.sign(signatureSeed, LABEL, toBeSigned()));
    }

    boolean hasValidSignature(MlsCrypto crypto) {
        return crypto.verify(leafNode.signatureKey(), LABEL, toBeSigned(), signature);
    }

    private Bytes toBeSigned() {
        WireWriter out = new WireWriter();
        writeUnsigned(out);
        return out.toBytes();
    }

    private void writeUnsigned(WireWriter out) {
        out.uint16(Codepoints.MLS10).uint16(cipherSuite).vector(initKey);
        leafNode.write(out);
        Extension.writeList(out, extensions);
    }

    @Override
    public void write(WireWriter out) {
        writeUnsigned(out);
        out.vector(signature);
    }

    static KeyPackage read(WireReader in) throws DecodeException {
        Wire.version(in);
        return new KeyPackage(in.uint16(), Wire.key(in), LeafNode.read(in), Extension.readList(in), Wire.key(in));
    }
}
