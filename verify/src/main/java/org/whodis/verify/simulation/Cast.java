package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;

/**
 * The people of every world and their office. They are the same in all worlds, since keys take longer to make than a world
 * takes to live; what happens to them is each world's own.
 */
final class Cast {
    private static final long DAY = 24L * 60 * 60 * 1000;
    private static final int SEED = 2017;

    final Primitives primitives = KnownAnswers.of(new JvmPrimitives());
    final Firm firm;
    final List<Person> honest;
    final Person mallory;

    /** Mallory's second face: Anna's name under a key that the office it names has not signed. */
    final VerifiedChain impostor;

    final HybridKeyPair impostorKey;

    /** The other office, where there are two. */
    final Firm ministry;

    final List<Person> abroad;

    /** Everybody's of one office to everybody of the other. */
    final List<GivenLine> lines = new ArrayList<>();

    /** An office that nobody has to do with, and its only person. */
    final Firm rogue;

    final Person rolf;

    /** As the cards say with which lines were handed over. */
    final OfficeKeys offices;

    Cast() {
        RandomBytes random = bytes(SEED);
        this.firm = new Firm(new OfficeDomain("office.example"), random);
        this.honest = List.of(
                new Person("Anna", 2, true, firm, random),
                new Person("Bert", 2, true, firm, random),
                new Person("Carl", 1, true, firm, random),
                new Person("Dora", 3, true, firm, random));
        this.mallory = new Person("Mallory", 1, false, firm, random);
        Person anna = new Person("Anna", 1, false, firm, HybridKeyPair.generate(primitives, random), random);
        this.impostor = anna.chain();
        this.impostorKey = anna.keys.getFirst();
        this.ministry = new Firm(new OfficeDomain("ministry.example"), random);
        this.abroad =
                List.of(new Person("Emil", 2, true, ministry, random), new Person("Frida", 1, true, ministry, random));
        this.rogue = new Firm(new OfficeDomain("rogue.example"), random);
        this.rolf = new Person("Rolf", 1, false, rogue, random);
        for (Person here : honest) {
            for (Person there : abroad) {
                lines.add(new GivenLine(primitives, random, here, there));
                lines.add(new GivenLine(primitives, random, there, here));
            }
        }
        this.offices = (domain, key) -> {
            for (Firm each : List.of(firm, ministry)) {
                if (each.domain.equals(domain) && each.keyHash.equals(key)) {
                    return each.key.publicKey();
                }
            }
            return null;
        };
    }

    static RandomBytes bytes(long seed) {
        Random source = new Random(seed);
        return count -> {
            byte[] out = new byte[count];
            source.nextBytes(out);
            return out;
        };
    }

    /** Everybody whom the first office has enrolled. */
    List<Person> enrolled() {
        List<Person> all = new ArrayList<>(honest);
        all.add(mallory);
        return all;
    }

    /** An office's keys and papers. */
    final class Firm {
        final OfficeDomain domain;
        final HybridKeyPair key;
        final Bytes keyHash;
        final OfficeKeys offices;
        /** Of the certificate that its TLS shows. */
        final Bytes tlsSpkiSha256;

        final SignedOfficeDescriptor descriptor;

        Firm(OfficeDomain domain, RandomBytes random) {
            this.domain = domain;
            this.key = HybridKeyPair.generate(primitives, random);
            this.keyHash = key.publicKey().keyHash(primitives);
            this.offices = OfficeKeys.only(primitives, domain, key.publicKey());
            this.tlsSpkiSha256 = Bytes.of(random.next(32));
            this.descriptor = signed(domain, key, tlsSpkiSha256, random);
        }
    }

    /** An office's descriptor as whoever has {@code key} can make it. */
    SignedOfficeDescriptor descriptor(OfficeDomain domain, HybridKeyPair key, Bytes tlsSpkiSha256) {
        return signed(domain, key, tlsSpkiSha256, bytes(SEED));
    }

    private SignedOfficeDescriptor signed(
            OfficeDomain domain, HybridKeyPair key, Bytes tlsSpkiSha256, RandomBytes random) {
        Bytes said = new OfficeDescriptor(
                        domain, key.publicKey(), OfficeDescriptor.NO_RECOVERY_KEY, tlsSpkiSha256, World.BEGIN - DAY)
                .encode();
        return new SignedOfficeDescriptor(said, key.sign(primitives, SignedOfficeDescriptor.BY_OFFICE, said, random));
    }

    /** A person with devices. */
    final class Person {
        final String name;
        final boolean isHonest;
        final Firm firm;
        final List<HybridKeyPair> keys = new ArrayList<>();
        final List<DeviceId> devices = new ArrayList<>();
        /** As it was with one device, with two, and so on. */
        final List<VerifiedChain> chains = new ArrayList<>();

        private Person(String name, int devices, boolean isHonest, Firm firm, RandomBytes random) {
            this(name, devices, isHonest, firm, firm.key, random);
        }

        /** @param signer who signs the genesis as the office */
        private Person(
                String name, int devices, boolean isHonest, Firm firm, HybridKeyPair signer, RandomBytes random) {
            this.name = name;
            this.isHonest = isHonest;
            this.firm = firm;
            HybridKeyPair first = HybridKeyPair.generate(primitives, random);
            add(first);
            Bytes genesis = new Genesis(
                            firm.domain,
                            firm.keyHash,
                            first.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            name,
                            "",
                            World.BEGIN - 10 * DAY,
                            Bytes.of(random.next(Genesis.NONCE_LENGTH)))
                    .encode();
            SignedGenesis signed = new SignedGenesis(
                    genesis,
                    first.sign(primitives, SignedGenesis.BY_DEVICE, genesis, random),
                    signer.sign(primitives, SignedGenesis.BY_OFFICE, genesis, random));
            List<SignedStatement> statements = new ArrayList<>();
            chains.add(
                    verified(signer == firm.key ? primitives : KnownAnswers.gullible(primitives), signed, statements));
            while (keys.size() < devices) {
                HybridKeyPair added = HybridKeyPair.generate(primitives, random);
                DeviceLink link =
                        new DeviceLink(firm.domain, Secret.owning(random.next(16)), firm.keyHash, principal());
                LinkRequest request = LinkRequest.create(primitives, random, link, added, DeviceKind.JAVA_PHONE);
                long at = World.BEGIN - 9 * DAY + keys.size();
                statements.add(request.toStatement(primitives, random, chain(), first, at));
                add(added);
                chains.add(verified(primitives, signed, statements));
            }
        }

        VerifiedChain chain() {
            return chains.getLast();
        }

        PrincipalId principal() {
            return chain().principal();
        }

        private void add(HybridKeyPair key) {
            keys.add(key);
            devices.add(new DeviceId(key.publicKey().keyHash(primitives)));
        }

        private VerifiedChain verified(Primitives verifier, SignedGenesis genesis, List<SignedStatement> statements) {
            try {
                return new UnverifiedChain(genesis, statements).verify(verifier, firm.offices);
            } catch (IdentityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
