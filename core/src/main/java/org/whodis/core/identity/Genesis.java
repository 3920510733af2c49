package org.whodis.core.identity;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The first statement of a chain (protocol section 2); its hash is the person's id.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque office_domain&lt;V&gt;;          1..255 bytes
 *       opaque office_key[32];
 *       HybridPublicKey device_key;
 *       DeviceKind device_kind;
 *       opaque name&lt;V&gt;;                   1..128 bytes
 *       opaque title&lt;V&gt;;                  0..128 bytes
 *       uint64 created_at;
 *       opaque nonce[32];
 *   } Genesis;
 * </pre>
 *
 * @param deviceKey the first device's
 * @param name and {@code title}: what the operator of the office put on the invitation, see {@link DisplayText}
 */
public record Genesis(
        OfficeDomain officeDomain,
        Bytes officeKey,
        HybridPublicKey deviceKey,
        DeviceKind deviceKind,
        String name,
        String title,
        long createdAt,
        Bytes nonce)
        implements Encodable {
    public static final int MAX_NAME = 128;
    public static final int MAX_TITLE = 128;
    public static final int NONCE_LENGTH = 32;

    /** The most bytes that a genesis can have: every text at its limit, each with two bytes of length. */
    public static final int MAX_LENGTH = 2
            + (2 + OfficeDomain.MAX_LENGTH)
            + LabelledHash.LENGTH
            + HybridPublicKey.LENGTH
            + 1
            + (2 + MAX_NAME)
            + (2 + MAX_TITLE)
            + 8
            + NONCE_LENGTH;

    public Genesis {
        Check.length(officeKey, LabelledHash.LENGTH, "office_key");
        DisplayText.require(name, 1, MAX_NAME, "a name");
        DisplayText.require(title, 0, MAX_TITLE, "a title");
        Check.time(createdAt, "created_at");
        Check.length(nonce, NONCE_LENGTH, "nonce");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        officeDomain.write(out);
        out.fixed(officeKey);
        deviceKey.write(out);
        deviceKind.write(out);
        out.text(name).text(title).uint64(createdAt).fixed(nonce);
    }

    public static Genesis read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new Genesis(
                OfficeDomain.read(in),
                in.fixed(LabelledHash.LENGTH),
                HybridPublicKey.read(in),
                DeviceKind.read(in),
                DisplayText.read(in, 1, MAX_NAME),
                DisplayText.read(in, 0, MAX_TITLE),
                Check.readTime(in),
                in.fixed(NONCE_LENGTH));
    }

    public static Genesis decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Genesis::read);
    }
}
