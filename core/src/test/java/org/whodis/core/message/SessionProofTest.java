package org.whodis.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;
import static org.whodis.core.identity.People.bytes;

import org.junit.jupiter.api.Test;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.message.SessionProof.Connection;
import org.whodis.core.wire.Bytes;

class SessionProofTest {
    private final People people = new People(3);
    private final Person anna = people.person("Anna", NOW).addDevice(0, NOW);
    private final Connection connection =
            new Connection(people.officeKey(), bytes(people.random(), 32), bytes(people.random(), 32));
    private final SessionProof proof = SessionProof.create(
            PRIMITIVES, people.random(), connection, anna.chain().principal(), anna.keys.getFirst());

    @Test
    void aDeviceProvesItselfOnItsOwnConnection() {
        assertThat(proof.verify(PRIMITIVES, connection, anna.keys.getFirst().publicKey()))
                .isTrue();
    }

    @Test
    void aProofCannotBeCarriedToAnotherConnectionOfficeOrChallenge() {
        Bytes other = Bytes.of(new byte[32]);
        for (Connection carried : new Connection[] {
            new Connection(other, connection.tlsSpkiSha256(), connection.challenge()),
            new Connection(connection.officeKey(), other, connection.challenge()),
            new Connection(connection.officeKey(), connection.tlsSpkiSha256(), other)
        }) {
            assertThat(proof.verify(PRIMITIVES, carried, anna.keys.getFirst().publicKey()))
                    .isFalse();
        }
    }

    @Test
    void aProofHoldsForItsOwnDeviceAndPrincipalOnly() {
        assertThat(proof.verify(PRIMITIVES, connection, anna.keys.get(1).publicKey()))
                .isFalse();
        SessionProof asAnother = new SessionProof(
                people.person("Bert", NOW).chain().principal(), proof.device(), proof.deviceNonce(), proof.byDevice());
        assertThat(asAnother.verify(PRIMITIVES, connection, anna.keys.getFirst().publicKey()))
                .isFalse();
    }
}
