package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Somebody whom the office does not know. Whatever it says, after the hello it gets the one refusal and the end of the
 * connection, the same bytes for a device that exists and for one that does not.
 */
final class Stranger {
    private final World world;
    private final Random random;
    private final HybridKeyPair key;
    private final List<Bytes> refusals = new ArrayList<>();
    private int knocks;

    Stranger(World world) {
        this.world = world;
        this.random = world.stream("stranger");
        this.key = world.cast().impostorKey;
    }

    void begin() {
        world.in(1_000 + random.nextInt(20_000), this::knock);
    }

    private void knock() {
        if (world.isHealed()) {
            return;
        }
        OfficeNode office = world.offices().get(random.nextInt(world.offices().size()));
        if (office.isUp()) {
            new Knock(office);
        }
        world.in(5_000 + random.nextInt(40_000), this::knock);
    }

    private final class Knock implements Wire.DeviceEnd {
        private final OfficeNode office;
        private final Wire wire;
        private int heard;
        private boolean authenticates;

        Knock(OfficeNode office) {
            this.office = office;
            this.wire = Wire.open(world, office, "stranger" + ++knocks, this);
            world.tally().hostileDeeds++;
        }

        @Override
        public void received(Bytes message) {
            heard++;
            FromOffice said;
            try {
                said = FromOffice.decode(message);
            } catch (DecodeException e) {
                throw new Violation("an office sends what can be read", e.toString(), null);
            }
            switch (said) {
                case FromOffice.OfficeHello hello when heard == 1 -> wire.send(answer(hello));
                case FromOffice.Response(long id, boolean ok, Bytes body)
                when !ok && authenticates && heard == 2 && id == 1 -> refused(body);
                default ->
                    throw new Violation(
                            "a stranger gets the constant answer", wire.deviceName() + " was told " + said, null);
            }
        }

        @Override
        public void closed() {}

        private void refused(Bytes body) {
            refusals.add(body);
            if (!body.equals(refusals.getFirst())) {
                throw new Violation("a stranger gets the constant answer", "two different refusals", null);
            }
        }

        private Bytes answer(FromOffice.OfficeHello hello) {
            List<Cast.Person> people = world.cast().honest;
            Cast.Person somebody = people.get(random.nextInt(people.size()));
            return switch (random.nextInt(5)) {
                case 0 -> authenticate(own(hello, somebody));
                case 1 -> authenticate(withDeviceOf(own(hello, somebody), somebody));
                case 2 -> authenticate(ofAnotherConnection(somebody));
                case 3 -> {
                    Envelope old = old();
                    yield old == null ? new ToOffice.Ping(1).encode() : new ToOffice.Submit(1, old).encode();
                }
                default -> Bytes.of(Cast.bytes(random.nextLong()).next(1 + random.nextInt(200)));
            };
        }

        private Bytes authenticate(SessionProof proof) {
            authenticates = true;
            return new ToOffice.Authenticate(1, proof).encode();
        }

        /** An own device that nobody has enrolled, as somebody's. */
        private SessionProof own(FromOffice.OfficeHello hello, Cast.Person somebody) {
            return SessionProof.create(
                    world.primitives(),
                    Cast.bytes(random.nextLong()),
                    connection(hello.challenge()),
                    somebody.principal(),
                    key);
        }

        /** A device that exists, and a signature that is not its. */
        private SessionProof withDeviceOf(SessionProof proof, Cast.Person somebody) {
            return new SessionProof(
                    proof.principal(), somebody.devices.getFirst(), proof.deviceNonce(), proof.byDevice());
        }

        /** A proof that the device really made, for another challenge. */
        private SessionProof ofAnotherConnection(Cast.Person somebody) {
            return SessionProof.create(
                    world.primitives(),
                    Cast.bytes(random.nextLong()),
                    connection(Bytes.of(new byte[FromOffice.OfficeHello.CHALLENGE_LENGTH])),
                    somebody.principal(),
                    somebody.keys.getFirst());
        }

        private SessionProof.Connection connection(Bytes challenge) {
            return new SessionProof.Connection(office.firm.keyHash, office.firm.tlsSpkiSha256, challenge);
        }

        private @Nullable Envelope old() {
            List<Envelope> all = world.judge().everything();
            return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        }
    }
}
