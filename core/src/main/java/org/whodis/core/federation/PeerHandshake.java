package org.whodis.core.federation;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireWriter;

/**
 * How two offices prove to each other who they are (protocol section 8). The one that was dialled speaks first:
 *
 * <pre>
 *   acceptor  --greeting-----------------------> dialler
 *   acceptor  &lt;-opening: greeting and proof----- dialler     the acceptor's descriptor holds for this TLS connection
 *   acceptor  --proof--------------------------> dialler     the dialler's proof holds, and the office admits it
 * </pre>
 *
 * <p>Both sign, with label {@code "Whodis 1 Office session"},
 *
 * <pre>
 *   uint8 role (dialler(1), acceptor(2)) || tls_spki_sha256[32] || H("Whodis 1 Office greetings", acceptor's, dialler's)
 * </pre>
 *
 * <p>The greetings hold both domains, both keys, both challenges and both ranges of versions. So a proof counts in this one
 * connection, in one direction, between these two; and whoever takes a version out of a greeting on the way is found out.
 */
public final class PeerHandshake {
    public static final String LABEL = "Whodis 1 Office session";

    private static final int DIALLER = 1;
    private static final int ACCEPTOR = 2;

    private PeerHandshake() {}

    /**
     * An office as it shows itself.
     *
     * @param descriptor names the TLS key that this office's own listener shows now
     */
    public record Self(
            OfficeDomain domain, HybridKeyPair key, SignedOfficeDescriptor descriptor, VersionRange versions) {
        private OfficeGreeting greeting(String addressed, RandomBytes random) {
            return new OfficeGreeting(
                    versions,
                    addressed,
                    descriptor,
                    Bytes.of(random.next(OfficeGreeting.CHALLENGE_LENGTH)),
                    Bytes.EMPTY);
        }
    }

    /** The side that was dialled. */
    public static final class Acceptor {
        private final Primitives primitives;
        private final Self self;
        private final Bytes tlsSpkiSha256;
        private final Bytes greeting;
        private @Nullable Bytes transcript;

        /** @param tlsSpkiSha256 of the certificate that this office shows on the connection */
        public Acceptor(Primitives primitives, RandomBytes random, Self self, Bytes tlsSpkiSha256) {
            this.primitives = primitives;
            this.self = self;
            this.tlsSpkiSha256 = tlsSpkiSha256;
            this.greeting = self.greeting("", random).encode();
        }

        public PeerFrame.Greeting greeting() {
            return new PeerFrame.Greeting(greeting);
        }

        /**
         * Checks: 1. the greeting is well-formed; 2. it is addressed to this office; 3. from another one; 4. its descriptor is
         * signed by the key in it; 5. there is a common version; 6. the proof is signed by that key.
         */
        public PeerIdentity opened(PeerFrame.Opening opening) throws PeerException {
            OfficeGreeting theirs = decode(opening.greeting()); // 1
            PeerException.require(theirs.addressed().equals(self.domain().value()), PeerRefusal.NOT_ADDRESSED); // 2
            OfficeDescriptor said = descriptor(theirs);
            PeerException.require(!said.domain().equals(self.domain()), PeerRefusal.OWN_DOMAIN); // 3
            // The dialler shows no certificate on this connection: its descriptor is of its own listener.
            Bytes keyHash = verify(primitives, theirs.descriptor(), said, said.tlsSpkiSha256()); // 4
            int version = self.versions().common(theirs.versions()); // 5
            PeerException.require(version > 0, PeerRefusal.NO_COMMON_VERSION);
            Bytes both = transcript(primitives, tlsSpkiSha256, greeting, opening.greeting());
            PeerException.require( // 6
                    said.officeKey().verify(primitives, LABEL, statement(DIALLER, both), opening.byOffice()),
                    PeerRefusal.BAD_PROOF);
            transcript = both;
            return new PeerIdentity(said.domain(), said.officeKey(), keyHash, said.recoveryKey(), version);
        }

        /** To be sent once the office admits the one that opened. */
        public PeerFrame.Proof proof(RandomBytes random) {
            Bytes both = transcript;
            if (both == null) {
                throw new IllegalStateException("nobody has opened");
            }
            return new PeerFrame.Proof(sign(primitives, random, self.key(), ACCEPTOR, both));
        }
    }

    /** The side that dials. */
    public static final class Dialler {
        private final Primitives primitives;
        private final Self self;
        private final OfficeDomain dialled;
        private final Bytes tlsSpkiSha256;
        private @Nullable PeerIdentity peer;
        private @Nullable Bytes transcript;

        /** @param tlsSpkiSha256 of the certificate that TLS showed */
        public Dialler(Primitives primitives, Self self, OfficeDomain dialled, Bytes tlsSpkiSha256) {
            this.primitives = primitives;
            this.self = self;
            this.dialled = dialled;
            this.tlsSpkiSha256 = tlsSpkiSha256;
        }

        /**
         * Checks: 1. the greeting is well-formed; 2. it comes from the domain that was dialled; 3. its descriptor is signed by
         * the key in it, and names the TLS key of this connection; 4. there is a common version. The key is proved by {@link
         * #proved} only.
         */
        public PeerIdentity greeted(PeerFrame.Greeting frame) throws PeerException {
            OfficeGreeting theirs = decode(frame.greeting()); // 1
            OfficeDescriptor said = descriptor(theirs);
            PeerException.require(
                    theirs.addressed().isEmpty() && said.domain().equals(dialled), PeerRefusal.ANOTHER_DOMAIN); // 2
            Bytes keyHash = verify(primitives, theirs.descriptor(), said, tlsSpkiSha256); // 3
            int version = self.versions().common(theirs.versions()); // 4
            PeerException.require(version > 0, PeerRefusal.NO_COMMON_VERSION);
            PeerIdentity identity =
                    new PeerIdentity(said.domain(), said.officeKey(), keyHash, said.recoveryKey(), version);
            peer = identity;
            return identity;
        }

        /** After {@link #greeted}, if this office wants to talk to whom it has found. */
        public PeerFrame.Opening opening(PeerFrame.Greeting frame, RandomBytes random) {
            Bytes greeting = self.greeting(dialled.value(), random).encode();
            Bytes both = transcript(primitives, tlsSpkiSha256, frame.greeting(), greeting);
            transcript = both;
            return new PeerFrame.Opening(greeting, sign(primitives, random, self.key(), DIALLER, both));
        }

        /** The other side has the key that it showed. */
        public PeerIdentity proved(PeerFrame.Proof proof) throws PeerException {
            PeerIdentity identity = peer;
            Bytes both = transcript;
            PeerException.require(identity != null && both != null, PeerRefusal.MALFORMED);
            if (identity == null || both == null) {
                throw new IllegalStateException("checked above");
            }
            PeerException.require(
                    identity.key().verify(primitives, LABEL, statement(ACCEPTOR, both), proof.byOffice()),
                    PeerRefusal.BAD_PROOF);
            return identity;
        }
    }

    private static OfficeGreeting decode(Bytes greeting) throws PeerException {
        try {
            return OfficeGreeting.decode(greeting);
        } catch (DecodeException malformed) {
            throw new PeerException(PeerRefusal.MALFORMED);
        }
    }

    private static OfficeDescriptor descriptor(OfficeGreeting greeting) throws PeerException {
        try {
            return OfficeDescriptor.decode(greeting.descriptor().descriptor());
        } catch (DecodeException malformed) {
            throw new PeerException(PeerRefusal.MALFORMED);
        }
    }

    private static Bytes verify(
            Primitives primitives, SignedOfficeDescriptor descriptor, OfficeDescriptor said, Bytes tlsSpkiSha256)
            throws PeerException {
        Bytes keyHash = said.officeKey().keyHash(primitives);
        try {
            descriptor.verify(primitives, said.domain(), keyHash, tlsSpkiSha256);
            return keyHash;
        } catch (IdentityException refused) {
            throw new PeerException(PeerRefusal.BAD_DESCRIPTOR);
        }
    }

    private static Bytes transcript(Primitives primitives, Bytes tlsSpkiSha256, Bytes acceptors, Bytes diallers) {
        return Bytes.concat(
                tlsSpkiSha256, LabelledHash.of(primitives, "Whodis 1 Office greetings", acceptors, diallers));
    }

    private static Bytes statement(int role, Bytes transcript) {
        return new WireWriter().uint8(role).fixed(transcript).toBytes();
    }

    private static HybridSignature sign(
            Primitives primitives, RandomBytes random, HybridKeyPair key, int role, Bytes transcript) {
        return key.sign(primitives, LABEL, statement(role, transcript), random);
    }
}
