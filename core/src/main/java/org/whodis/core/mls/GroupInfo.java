package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a newcomer is told about a group (RFC 9420 section 12.4.3).
 *
 * <pre>
 *   struct {
 *       GroupContext group_context;
 *       Extension extensions&lt;V&gt;;
 *       MAC confirmation_tag;
 *       uint32 signer;
 *       opaque signature&lt;V&gt;;          // SignWithLabel(., "GroupInfoTBS", GroupInfoTBS)
 *   } GroupInfo;
 * </pre>
 */
public final class GroupInfo implements MlsMessage {
    private static final String LABEL = "GroupInfoTBS";

    private final GroupContext groupContext;
    private final List<Extension> extensions;
    private final Bytes confirmationTag;
    private final long signer;
    private final Bytes signature;

    private GroupInfo(
            GroupContext groupContext,
            List<Extension> extensions,
            Bytes confirmationTag,
            long signer,
            Bytes signature) {
        this.groupContext = groupContext;
        this.extensions = List.copyOf(extensions);
        this.confirmationTag = confirmationTag;
        this.signer = signer;
        this.signature = signature;
    }

    static GroupInfo sign(
            MlsCrypto crypto,
            Secret signatureSeed,
            GroupContext groupContext,
            List<Extension> extensions,
            Bytes confirmationTag,
            int signer) {
        GroupInfo unsigned = new GroupInfo(groupContext, extensions, confirmationTag, signer, Bytes.EMPTY);
        Bytes signature = crypto.sign(signatureSeed, LABEL, unsigned.toBeSigned());
        return new GroupInfo(groupContext, extensions, confirmationTag, signer, signature);
    }

    boolean hasValidSignature(MlsCrypto crypto, Bytes signatureKey) {
        return crypto.verify(signatureKey, LABEL, toBeSigned(), signature);
    }

    GroupContext groupContext() {
        return groupContext;
    }

    List<Extension> extensions() {
        return extensions;
    }

    Bytes confirmationTag() {
        return confirmationTag;
    }

    long signer() {
        return signer;
    }

    private Bytes toBeSigned() {
        WireWriter out = new WireWriter();
        writeUnsigned(out);
        return out.toBytes();
    }

    private void writeUnsigned(WireWriter out) {
        groupContext.write(out);
        Extension.writeList(out, extensions);
        out.vector(confirmationTag).uint32(signer);
    }

    @Override
    public void write(WireWriter out) {
        writeUnsigned(out);
        out.vector(signature);
    }

    static GroupInfo read(WireReader in) throws DecodeException {
        return new GroupInfo(GroupContext.read(in), Extension.readList(in), Wire.key(in), in.uint32(), Wire.key(in));
    }
}
