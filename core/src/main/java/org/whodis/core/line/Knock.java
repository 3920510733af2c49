package org.whodis.core.line;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DisplayText;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A short request of somebody without a line, to an office. It rings nobody; it waits at the desk.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       Party knocker; opaque device[32];
 *       opaque office_domain&lt;V&gt;;          the office that is knocked at
 *       opaque to_name&lt;V&gt;;                1..128 bytes: whom it is for, as the knocker calls them; never looked up
 *       opaque text&lt;V&gt;;                   1..280 bytes
 *       opaque nonce[16];
 *       uint64 at; uint64 expires_at;     at most 7 days apart
 *   } Knock;                              label "Whodis 1 Knock"
 * </pre>
 */
public record Knock(
        Party knocker,
        DeviceId device,
        OfficeDomain office,
        String toName,
        String text,
        Bytes nonce,
        long at,
        long expiresAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Knock";
    public static final int MAX_TEXT = 280;
    public static final int MAX_NAME = 128;
    public static final int NONCE_LENGTH = 16;

    /** How long a knock waits at most: a week's holidays of a desk. */
    public static final long MAX_LIFETIME_MILLIS = 7L * 24 * 60 * 60 * 1000;

    public Knock {
        Check.require(DisplayText.isValid(toName, 1, MAX_NAME), "a name that cannot be shown");
        Check.require(DisplayText.isValid(text, 1, MAX_TEXT), "a text that cannot be shown");
        Check.length(nonce, NONCE_LENGTH, "nonce");
        Check.time(at, "at");
        Check.time(expiresAt, "expires_at");
        Check.require(isLifetime(at, expiresAt), "a knock that waits too long");
    }

    /** Whether these can be a knock's name and text: what a screen can show, and not too long. */
    public static boolean isText(String toName, String text) {
        return DisplayText.isValid(toName, 1, MAX_NAME) && DisplayText.isValid(text, 1, MAX_TEXT);
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        knocker.write(out);
        out.fixed(device.value());
        OfficeDomain.write(out, office);
        out.text(toName).text(text).fixed(nonce).uint64(at).uint64(expiresAt);
    }

    public static Knock read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        Party knocker = Party.read(in);
        DeviceId device = DeviceId.read(in);
        OfficeDomain office = OfficeDomain.read(in);
        String name = DisplayText.read(in, 1, MAX_NAME);
        String text = DisplayText.read(in, 1, MAX_TEXT);
        Bytes nonce = in.fixed(NONCE_LENGTH);
        long at = Check.readTime(in);
        long expiresAt = Check.readTime(in);
        if (!isLifetime(at, expiresAt)) {
            throw new DecodeException("a knock that waits too long");
        }
        return new Knock(knocker, device, office, name, text, nonce, at, expiresAt);
    }

    public static Knock decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Knock::read);
    }

    private static boolean isLifetime(long at, long expiresAt) {
        return at <= expiresAt && expiresAt - at <= MAX_LIFETIME_MILLIS;
    }

    /**
     * A knock with what proves it.
     *
     * <pre>
     *   struct { SignedByDevice knock; Chain chain; HybridPublicKey office_key; } SignedKnock;
     * </pre>
     */
    public record Signed(SignedByDevice knock, UnverifiedChain chain, HybridPublicKey officeKey) implements Encodable {
        /** A knock whose signature, chain and parties hold. */
        public record Verified(Knock knock, VerifiedChain chain) {}

        /** As {@link SignedRedemption#verify}, for a knock. */
        public Verified verify(Primitives primitives, OfficeDomain office) throws LineException {
            Knock said;
            try {
                said = Knock.decode(knock.statement());
            } catch (DecodeException e) {
                throw new LineException(LineException.Reason.MALFORMED);
            }
            LineException.require(said.office().equals(office), LineException.Reason.ANOTHER_OFFICE);
            LineException.require(
                    officeKey.keyHash(primitives).equals(said.knocker().officeKey()),
                    LineException.Reason.ANOTHER_OFFICE);
            VerifiedChain verified;
            try {
                verified = chain.verify(
                        primitives, OfficeKeys.only(primitives, said.knocker().officeDomain(), officeKey));
            } catch (IdentityException e) {
                throw new LineException(LineException.Reason.BAD_CHAIN);
            }
            LineException.require(Party.of(verified).equals(said.knocker()), LineException.Reason.ANOTHER_PARTY);
            LineException.require(said.device().equals(knock.device()), LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE);
            knock.verify(primitives, LABEL, verified);
            return new Verified(said, verified);
        }

        @Override
        public void write(WireWriter out) {
            knock.write(out);
            chain.write(out);
            officeKey.write(out);
        }

        public static Signed read(WireReader in) throws DecodeException {
            return new Signed(SignedByDevice.read(in), UnverifiedChain.read(in), HybridPublicKey.read(in));
        }

        public static Signed decode(Bytes encoded) throws DecodeException {
            return WireReader.decode(encoded, Signed::read);
        }
    }
}
