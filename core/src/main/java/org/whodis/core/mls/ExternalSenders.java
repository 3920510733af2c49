package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Who may send proposals to a group from outside (RFC 9420 section 12.1.8.1).
 *
 * <pre>
 *   struct { SignaturePublicKey signature_key; Credential credential; } ExternalSender;
 *   ExternalSender external_senders&lt;V&gt;;
 * </pre>
 */
public record ExternalSenders(List<ExternalSender> senders) {
    /** {@code ExternalSender}. */
    public record ExternalSender(Bytes signatureKey, Credential credential) {}

    public ExternalSenders {
        senders = List.copyOf(senders);
    }

    public Extension toExtension() {
        WireWriter out = new WireWriter();
        out.list(senders, (w, sender) -> {
            w.vector(sender.signatureKey);
            sender.credential.write(w);
        });
        return new Extension(Codepoints.EXTENSION_EXTERNAL_SENDERS, out.toBytes());
    }

    /** The signature key of a sender in the extensions of a GroupContext, or null if there is no such sender. */
    static @Nullable Bytes signatureKey(List<Extension> extensions, long senderIndex) throws MlsException {
        Extension extension = Extension.find(extensions, Codepoints.EXTENSION_EXTERNAL_SENDERS);
        if (extension == null) {
            return null;
        }
        List<ExternalSender> senders = Wire.decode(extension.data(), ExternalSenders::read);
        return senderIndex < senders.size() ? senders.get((int) senderIndex).signatureKey : null;
    }

    private static List<ExternalSender> read(WireReader in) throws DecodeException {
        return in.list(
                Limits.MESSAGE_BYTES,
                Limits.EXTERNAL_SENDERS,
                each -> new ExternalSender(Wire.key(each), Credential.read(each)));
    }
}
