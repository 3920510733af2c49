package org.whodis.core.identity;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An office's statement to its own people that its operator has compared another office's key (protocol section 8).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque domain&lt;V&gt;; opaque office_key[32];              the office that says so
 *       opaque other_domain&lt;V&gt;; opaque other_key[32];         the one whose key was compared
 *       uint64 compared_at;
 *   } OfficeComparison;                   label "Whodis 1 Office comparison"
 * </pre>
 */
public record OfficeComparison(
        OfficeDomain domain, Bytes officeKey, OfficeDomain otherDomain, Bytes otherKey, long comparedAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Office comparison";

    static final int MAX_LENGTH = 2 + 2 * (2 + OfficeDomain.MAX_LENGTH) + 2 * LabelledHash.LENGTH + 8;

    public OfficeComparison {
        Check.length(officeKey, LabelledHash.LENGTH, "office_key");
        Check.length(otherKey, LabelledHash.LENGTH, "other_key");
        Check.time(comparedAt, "compared_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION);
        domain.write(out);
        out.fixed(officeKey);
        otherDomain.write(out);
        out.fixed(otherKey).uint64(comparedAt);
    }

    public static OfficeComparison read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new OfficeComparison(
                OfficeDomain.read(in),
                in.fixed(LabelledHash.LENGTH),
                OfficeDomain.read(in),
                in.fixed(LabelledHash.LENGTH),
                Check.readTime(in));
    }

    /** With the office's signature: {@code struct { opaque comparison<V>; HybridSignature by_office; }}. */
    public record Signed(Bytes comparison, HybridSignature byOffice) implements Encodable {
        public static final int MAX_LENGTH = 2 + OfficeComparison.MAX_LENGTH + HybridSignature.LENGTH;

        public Signed {
            Check.require(comparison.length() <= OfficeComparison.MAX_LENGTH, "a comparison too long");
        }

        public static Signed sign(
                Primitives primitives, RandomBytes random, HybridKeyPair office, OfficeComparison said) {
            Bytes encoded = said.encode();
            return new Signed(encoded, office.sign(primitives, LABEL, encoded, random));
        }

        /** Whether the device's own office says, under {@code ownKey}, that {@code otherKey} was compared. */
        public boolean holds(
                Primitives primitives,
                OfficeDomain own,
                HybridPublicKey ownKey,
                OfficeDomain otherDomain,
                Bytes otherKey) {
            OfficeComparison said;
            try {
                said = WireReader.decode(comparison, OfficeComparison::read);
            } catch (DecodeException malformed) {
                return false;
            }
            return said.domain().equals(own)
                    && said.officeKey().equals(ownKey.keyHash(primitives))
                    && said.otherDomain().equals(otherDomain)
                    && said.otherKey().equals(otherKey)
                    && ownKey.verify(primitives, LABEL, comparison, byOffice);
        }

        @Override
        public void write(WireWriter out) {
            out.vector(comparison);
            byOffice.write(out);
        }

        public static Signed read(WireReader in) throws DecodeException {
            return new Signed(in.vector(OfficeComparison.MAX_LENGTH), HybridSignature.read(in));
        }
    }
}
