package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Somebody who has a line's secret says who they are (protocol section 7). Repeating it is how a holder asks what became of
 * the line.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque line_id[32];
 *       HybridPublicKey line_key;
 *       Party redeemer; opaque device[32];
 *       opaque office_domain&lt;V&gt;;          the issuer's office: nobody else may use it
 *       opaque sealing_key[1216];         X-Wing, of the device: where a renewal is sealed to
 *       optional&lt;ReturnLine&gt; return_line;
 *       opaque nonce[16];
 *       uint64 at; uint64 expires_at;     at most 60 s apart
 *   } LineRedemption;                     label "Whodis 1 Line redemption", by the line key and by the device
 *   struct {
 *       opaque line_id[32];               a line of the redeemer's, bound to the issuer
 *       opaque sealed_secret&lt;V&gt;;          its secret under this line's return key; at most 64
 *   } ReturnLine;
 * </pre>
 *
 * @param returnLine one exchange makes two lines; null without
 */
public record LineRedemption(
        LineId lineId,
        HybridPublicKey lineKey,
        Party redeemer,
        DeviceId device,
        OfficeDomain office,
        Bytes sealingKey,
        @Nullable ReturnLine returnLine,
        Bytes nonce,
        long at,
        long expiresAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Line redemption";

    /** How long a redemption may live. */
    public static final long MAX_LIFETIME_MILLIS = 60_000;

    public static final int NONCE_LENGTH = 16;

    private static final int MAX_SEALED_SECRET = 64;

    /** A line that goes the other way. */
    public record ReturnLine(LineId lineId, Bytes sealedSecret) {
        public ReturnLine {
            Check.require(sealedSecret.length() <= MAX_SEALED_SECRET, "a sealed secret too long");
        }

        private void write(WireWriter out) {
            out.fixed(lineId.value()).vector(sealedSecret);
        }

        private static ReturnLine read(WireReader in) throws DecodeException {
            return new ReturnLine(LineId.read(in), in.vector(MAX_SEALED_SECRET));
        }
    }

    public LineRedemption {
        Check.length(sealingKey, XWing.PUBLIC_KEY_LENGTH, "sealing_key");
        Check.length(nonce, NONCE_LENGTH, "nonce");
        Check.time(at, "at");
        Check.time(expiresAt, "expires_at");
        Check.require(isLifetime(at, expiresAt), "a redemption that lives too long");
    }

    public LineHolder holder() {
        return LineHolder.of(redeemer);
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(lineId.value());
        lineKey.write(out);
        redeemer.write(out);
        out.fixed(device.value());
        OfficeDomain.write(out, office);
        out.fixed(sealingKey);
        out.optional(returnLine, (inner, it) -> it.write(inner));
        out.fixed(nonce).uint64(at).uint64(expiresAt);
    }

    public static LineRedemption read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        LineId line = LineId.read(in);
        HybridPublicKey key = HybridPublicKey.read(in);
        Party redeemer = Party.read(in);
        DeviceId device = DeviceId.read(in);
        OfficeDomain office = OfficeDomain.read(in);
        Bytes sealingKey = in.fixed(XWing.PUBLIC_KEY_LENGTH);
        ReturnLine returnLine = in.optional(ReturnLine::read);
        Bytes nonce = in.fixed(NONCE_LENGTH);
        long at = Check.readTime(in);
        long expiresAt = Check.readTime(in);
        if (!isLifetime(at, expiresAt)) {
            throw new DecodeException("a redemption that lives too long");
        }
        return new LineRedemption(line, key, redeemer, device, office, sealingKey, returnLine, nonce, at, expiresAt);
    }

    public static LineRedemption decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineRedemption::read);
    }

    private static boolean isLifetime(long at, long expiresAt) {
        return at <= expiresAt && expiresAt - at <= MAX_LIFETIME_MILLIS;
    }
}
