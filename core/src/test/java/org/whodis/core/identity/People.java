package org.whodis.core.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.wire.Bytes;

/** An office and people with devices for tests; everything follows from a seed. */
public final class People {
    public static final Primitives PRIMITIVES = new BcPrimitives();
    public static final OfficeDomain DOMAIN = new OfficeDomain("office.example:8443");
    public static final long DAY = 24L * 60 * 60 * 1000;

    /** 2026-11-22T00:00:00Z. */
    public static final long NOW = 1_795_305_600_000L;

    private final Primitives primitives;
    private final RandomBytes random;
    private final HybridKeyPair office;

    public People(long seed) {
        this(PRIMITIVES, seed);
    }

    public People(Primitives primitives, long seed) {
        this.primitives = primitives;
        this.random = random(seed);
        this.office = HybridKeyPair.generate(primitives, random);
    }

    public static RandomBytes random(long seed) {
        Random source = new Random(seed);
        return count -> {
            byte[] out = new byte[count];
            source.nextBytes(out);
            return out;
        };
    }

    public static Bytes bytes(RandomBytes random, int count) {
        return Bytes.of(random.next(count));
    }

    public RandomBytes random() {
        return random;
    }

    public HybridKeyPair office() {
        return office;
    }

    public Bytes officeKey() {
        return office.publicKey().keyHash(primitives);
    }

    public OfficeKeys offices() {
        return OfficeKeys.only(primitives, DOMAIN, office.publicKey());
    }

    public Person person(String name, long createdAt) {
        return new Person(name, createdAt);
    }

    /** Somebody with a chain that grows. */
    public final class Person {
        public final List<HybridKeyPair> keys = new ArrayList<>();
        public final List<SignedStatement> statements = new ArrayList<>();
        public SignedGenesis genesis;
        private @Nullable VerifiedChain verified;

        private Person(String name, long createdAt) {
            HybridKeyPair first = HybridKeyPair.generate(primitives, random);
            keys.add(first);
            genesis = sign(
                    new Genesis(
                            DOMAIN,
                            officeKey(),
                            first.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            name,
                            "Minister of " + name,
                            createdAt,
                            bytes(random, Genesis.NONCE_LENGTH)),
                    first);
        }

        public SignedGenesis sign(Genesis genesis, HybridKeyPair device) {
            Bytes encoded = genesis.encode();
            return new SignedGenesis(
                    encoded,
                    device.sign(primitives, SignedGenesis.BY_DEVICE, encoded, random),
                    office.sign(primitives, SignedGenesis.BY_OFFICE, encoded, random));
        }

        public DeviceId device(int index) {
            return new DeviceId(keys.get(index).publicKey().keyHash(primitives));
        }

        public UnverifiedChain wire() {
            return new UnverifiedChain(genesis, statements);
        }

        /** Verified when it is first asked for and after it has grown. */
        public VerifiedChain chain() {
            try {
                if (verified == null || !verified.wire().equals(wire())) {
                    verified = wire().verify(primitives, offices());
                }
                return verified;
            } catch (IdentityException impossible) {
                throw new AssertionError(impossible);
            }
        }

        /** Takes a device out. */
        public Person revoke(int signer, int revoked, long now) {
            try {
                statements.add(RevokeDevice.sign(
                                primitives, random, offices(), chain(), device(revoked), keys.get(signer), now)
                        .statement());
                return this;
            } catch (IdentityException impossible) {
                throw new AssertionError(impossible);
            }
        }

        /** A statement after the chain as it is, that need not hold. */
        public SignedStatement signed(Statement statement, int signer) {
            Bytes encoded = statement.encode();
            return new SignedStatement(
                    encoded,
                    device(signer),
                    keys.get(signer).sign(primitives, SignedStatement.BY_SIGNER, encoded, random));
        }

        /** Adds a device by way of a link, as the protocol has it. */
        public Person addDevice(int signer, long now) {
            HybridKeyPair added = HybridKeyPair.generate(primitives, random);
            DeviceLink link = new DeviceLink(DOMAIN, Secret.owning(random.next(16)), officeKey(), chain().principal());
            LinkRequest request = LinkRequest.create(primitives, random, link, added, DeviceKind.BROWSER);
            statements.add(request.toStatement(primitives, random, chain(), keys.get(signer), now));
            keys.add(added);
            return this;
        }
    }
}
