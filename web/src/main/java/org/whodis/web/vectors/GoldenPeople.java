package org.whodis.web.vectors;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;

/** An office and its people, all of whose keys and statements follow from a seed. */
final class GoldenPeople {
    /** 2026-11-22T00:00:00Z. */
    static final long NOW = 1_795_305_600_000L;

    private static final long DAY = 24L * 60 * 60 * 1000;
    private static final OfficeDomain DOMAIN = new OfficeDomain("office.example:8443");

    private final Primitives primitives;
    private final SeededBytes random;
    private final HybridKeyPair office;

    GoldenPeople(Primitives primitives, long seed) {
        this.primitives = primitives;
        this.random = new SeededBytes(primitives, seed);
        this.office = HybridKeyPair.generate(primitives, random);
    }

    OfficeKeys offices() {
        return OfficeKeys.only(primitives, DOMAIN, office.publicKey());
    }

    /** Somebody whom the office enrolled ten days ago. */
    Person person(String name) {
        HybridKeyPair device = HybridKeyPair.generate(primitives, random);
        Bytes genesis = new Genesis(
                        DOMAIN,
                        office.publicKey().keyHash(primitives),
                        device.publicKey(),
                        DeviceKind.BROWSER,
                        name,
                        "Minister",
                        NOW - 10 * DAY,
                        random.bytes(Genesis.NONCE_LENGTH))
                .encode();
        return new Person(
                device,
                new SignedGenesis(
                        genesis,
                        device.sign(primitives, SignedGenesis.BY_DEVICE, genesis, random),
                        office.sign(primitives, SignedGenesis.BY_OFFICE, genesis, random)));
    }

    final class Person {
        final HybridKeyPair device;
        private final SignedGenesis genesis;
        private final List<SignedStatement> statements = new ArrayList<>();

        private Person(HybridKeyPair device, SignedGenesis genesis) {
            this.device = device;
            this.genesis = genesis;
        }

        /** A further device, linked nine days ago. */
        Person addDevice() throws IdentityException {
            HybridKeyPair added = HybridKeyPair.generate(primitives, random);
            DeviceLink link = new DeviceLink(
                    DOMAIN,
                    Secret.owning(random.next(DeviceLink.SECRET_LENGTH)),
                    office.publicKey().keyHash(primitives),
                    chain().principal());
            LinkRequest request = LinkRequest.create(primitives, random, link, added, DeviceKind.JAVA_PHONE);
            request.verify(primitives, link);
            statements.add(request.toStatement(primitives, random, chain(), device, NOW - 9 * DAY));
            return this;
        }

        UnverifiedChain wire() {
            return new UnverifiedChain(genesis, statements);
        }

        VerifiedChain chain() throws IdentityException {
            return wire().verify(primitives, offices());
        }
    }
}
