package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Whom the owner of a device compared words with: kept on the device, never sent.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque principal[32]; opaque head[32];
 *       uint64 compared_at;
 *       opaque office_domain&lt;V&gt;; opaque name&lt;V&gt;;     as the genesis had them
 *   } Pin;
 * </pre>
 *
 * @param principal the hash of the genesis
 * @param head the head of the chain at that time
 */
public record Pin(PrincipalId principal, Bytes head, long comparedAt, OfficeDomain officeDomain, String name)
        implements Encodable {
    public Pin {
        Check.length(head, LabelledHash.LENGTH, "head");
        Check.time(comparedAt, "compared_at");
        DisplayText.require(name, 1, Genesis.MAX_NAME, "a name");
    }

    /** The words matched at {@code now}. */
    public static Pin of(VerifiedChain chain, long now) {
        return new Pin(
                chain.principal(),
                chain.head(),
                now,
                chain.genesis().officeDomain(),
                chain.genesis().name());
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(principal.value()).fixed(head).uint64(comparedAt);
        officeDomain.write(out);
        out.text(name);
    }

    public static Pin read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new Pin(
                PrincipalId.read(in),
                in.fixed(LabelledHash.LENGTH),
                Check.readTime(in),
                OfficeDomain.read(in),
                DisplayText.read(in, 1, Genesis.MAX_NAME));
    }

    public static Pin decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Pin::read);
    }
}
