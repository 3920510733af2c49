package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What every member of a group has to support (RFC 9420 section 11.1).
 *
 * <pre>
 *   struct {
 *       ExtensionType extension_types&lt;V&gt;;
 *       ProposalType proposal_types&lt;V&gt;;
 *       CredentialType credential_types&lt;V&gt;;
 *   } RequiredCapabilities;
 * </pre>
 */
public record RequiredCapabilities(
        List<Integer> extensionTypes, List<Integer> proposalTypes, List<Integer> credentialTypes) {
    public RequiredCapabilities {
        extensionTypes = List.copyOf(extensionTypes);
        proposalTypes = List.copyOf(proposalTypes);
        credentialTypes = List.copyOf(credentialTypes);
    }

    public Extension toExtension() {
        WireWriter out = new WireWriter();
        Wire.writeValues(out, extensionTypes);
        Wire.writeValues(out, proposalTypes);
        Wire.writeValues(out, credentialTypes);
        return new Extension(Codepoints.EXTENSION_REQUIRED_CAPABILITIES, out.toBytes());
    }

    /** The extension in a GroupContext, or null if there is none. */
    static @Nullable RequiredCapabilities in(List<Extension> extensions) throws MlsException {
        Extension extension = Extension.find(extensions, Codepoints.EXTENSION_REQUIRED_CAPABILITIES);
        if (extension == null) {
            return null;
        }
        return Wire.decode(extension.data(), RequiredCapabilities::read);
    }

    /** "The 'default' proposal and extension types … need not be listed" (section 11.1). */
    boolean areIn(Capabilities capabilities) {
        for (int type : extensionTypes) {
            if (!Codepoints.isDefaultExtension(type)
                    && !capabilities.extensions().contains(type)) {
                return false;
            }
        }
        for (int type : proposalTypes) {
            if (!Codepoints.isDefaultProposal(type) && !capabilities.proposals().contains(type)) {
                return false;
            }
        }
        return capabilities.credentials().containsAll(credentialTypes);
    }

    private static RequiredCapabilities read(WireReader in) throws DecodeException {
        return new RequiredCapabilities(Wire.values(in), Wire.values(in), Wire.values(in));
    }
}
