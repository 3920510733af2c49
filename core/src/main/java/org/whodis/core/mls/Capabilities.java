package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a client supports (RFC 9420 section 7.2). Values that we do not know are kept and ignored.
 *
 * <pre>
 *   struct {
 *       ProtocolVersion versions&lt;V&gt;;
 *       CipherSuite cipher_suites&lt;V&gt;;
 *       ExtensionType extensions&lt;V&gt;;
 *       ProposalType proposals&lt;V&gt;;
 *       CredentialType credentials&lt;V&gt;;
 *   } Capabilities;
 * </pre>
 */
public record Capabilities(
        List<Integer> versions,
        List<Integer> cipherSuites,
        List<Integer> extensions,
        List<Integer> proposals,
        List<Integer> credentials) {
    public Capabilities {
        versions = List.copyOf(versions);
        cipherSuites = List.copyOf(cipherSuites);
        extensions = List.copyOf(extensions);
        proposals = List.copyOf(proposals);
        credentials = List.copyOf(credentials);
    }

    /** What this implementation supports, with GREASE values as section 13.5 advises, for one suite and credential type. */
    static Capabilities own(
            CipherSuite suite, int credentialType, List<Extension> supportedExtensions, RandomBytes random) {
        List<Integer> cipherSuites = List.of(suite.value(), grease(random));
        List<Integer> extensions = new ArrayList<>(List.of(grease(random)));
        for (Extension extension : supportedExtensions) {
            extensions.add(extension.type());
        }
        return new Capabilities(
                List.of(Codepoints.MLS10),
                cipherSuites,
                extensions,
                List.of(grease(random)),
                List.of(credentialType, grease(random)));
    }

    /** One of 0x0A0A, 0x1A1A, … 0xEAEA (section 13.5). */
    private static int grease(RandomBytes random) {
        int high = (random.next(1)[0] & 0xff) % 15;
        return high << 12 | 0x0A00 | high << 4 | 0x0A;
    }

    void write(WireWriter out) {
        Wire.writeValues(out, versions);
        Wire.writeValues(out, cipherSuites);
        Wire.writeValues(out, extensions);
        Wire.writeValues(out, proposals);
        Wire.writeValues(out, credentials);
    }

    static Capabilities read(WireReader in) throws DecodeException {
        return new Capabilities(Wire.values(in), Wire.values(in), Wire.values(in), Wire.values(in), Wire.values(in));
    }
}
