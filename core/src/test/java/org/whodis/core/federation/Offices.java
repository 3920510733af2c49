package org.whodis.core.federation;

import java.util.Random;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;

/** Two offices and one in between, from a seed. */
final class Offices {
    static final Primitives PRIMITIVES = new JdkPrimitives();
    static final long NOW = 1_800_000_000_000L;

    private static final Random SEEDED = new Random(8);
    static final RandomBytes RANDOM = count -> {
        byte[] out = new byte[count];
        SEEDED.nextBytes(out);
        return out;
    };

    static final Office PARIS = new Office("paris.example");
    static final Office OTTAWA = new Office("ottawa.example");
    static final Office MALLORY = new Office("mallory.example");

    private Offices() {}

    /** One office with its key and the key of its TLS certificate. */
    static final class Office {
        final OfficeDomain domain;
        final HybridKeyPair key = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        final Bytes spki = Bytes.of(RANDOM.next(32));
        final Bytes keyHash;

        Office(String domain) {
            this.domain = new OfficeDomain(domain);
            this.keyHash = key.publicKey().keyHash(PRIMITIVES);
        }

        PeerHandshake.Self self() {
            return self(domain, spki, VersionRange.CURRENT);
        }

        PeerHandshake.Self self(OfficeDomain claimed, Bytes tlsSpki, VersionRange versions) {
            Bytes said = new OfficeDescriptor(claimed, key.publicKey(), OfficeDescriptor.NO_RECOVERY_KEY, tlsSpki, NOW)
                    .encode();
            return new PeerHandshake.Self(
                    claimed,
                    key,
                    new SignedOfficeDescriptor(
                            said, key.sign(PRIMITIVES, SignedOfficeDescriptor.BY_OFFICE, said, RANDOM)),
                    versions);
        }

        PeerIdentity identity() {
            return new PeerIdentity(domain, key.publicKey(), keyHash, OfficeDescriptor.NO_RECOVERY_KEY, 1);
        }
    }
}
