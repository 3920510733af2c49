package org.whodis.phone.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.phone.keystore.PhoneState.RememberedCall;
import org.whodis.phone.keystore.PhoneState.Stage;

class PhoneStateTest {
    private final Random random = new Random(7);
    private final HybridPublicKey officeKey = new HybridPublicKey(bytes(32), bytes(1952));
    private final OfficeDomain office = new OfficeDomain("localhost:8443");

    @Test
    void everyStageSurvivesTheRoundTrip() throws Exception {
        PhoneState fresh = PhoneState.fresh(Secret.owning(bytes(64).toArray()));
        List<String> words = List.of("one", "two", "three", "four");
        List<Stage> stages = List.of(
                new Stage.NewPhone(),
                new Stage.Enrolling(
                        new Invitation(office, Secret.owning(bytes(16).toArray()), bytes(32)),
                        officeKey,
                        bytes(300),
                        words),
                new Stage.Linking(
                        new DeviceLink(
                                office, Secret.owning(bytes(16).toArray()), bytes(32), new PrincipalId(bytes(32))),
                        officeKey,
                        words),
                new Stage.Enrolled(known(), chain()));
        for (Stage stage : stages) {
            PhoneState state = fresh.withStage(stage)
                    .withPin(new Pin(new PrincipalId(bytes(32)), bytes(32), 1_000, office, "Ada"))
                    .withCall(new RememberedCall(new CallId(bytes(16)), 2_000), 1_500);
            assertThat(PhoneState.decode(state.encode())).isEqualTo(state);
        }
    }

    private PeerKeys known() {
        return PeerKeys.first(office, officeKey, bytes(32), bytes(32), 1_000);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = PhoneState.fresh(Secret.owning(bytes(64).toArray()))
                .withStage(new Stage.Enrolled(known(), chain()))
                .encode()
                .expose();
        for (int length = 0; length < whole.length; length++) {
            Secret cut = Secret.owning(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> PhoneState.decode(cut)).isInstanceOf(KeystoreException.class);
        }
    }

    @Test
    void itPrintsNoSecret() {
        Bytes seed = bytes(64);
        PhoneState state = PhoneState.fresh(Secret.owning(seed.toArray()));
        assertThat(state.toString()).doesNotContain(seed.hex().substring(0, 16));
        Secret secret = Secret.owning(bytes(16).toArray());
        Invitation invitation = new Invitation(office, secret, bytes(32));
        String link = invitation.link();
        assertThat(state.withStage(new Stage.Enrolling(invitation, officeKey, bytes(10), List.of("a")))
                        .toString())
                .doesNotContain(link.substring(link.length() - 40));
    }

    @Test
    void expiredCallsAreForgottenAndTheMemoryIsBounded() {
        PhoneState state = PhoneState.fresh(Secret.owning(bytes(64).toArray()));
        for (int i = 0; i < 3; i++) {
            state = state.withCall(new RememberedCall(new CallId(bytes(16)), 1_000), 500);
        }
        assertThat(state.calls()).hasSize(3);
        state = state.withCall(new RememberedCall(new CallId(bytes(16)), 9_000), 2_000);
        assertThat(state.calls()).hasSize(1);
    }

    private UnverifiedChain chain() {
        return new UnverifiedChain(
                new SignedGenesis(
                        bytes(200),
                        new HybridSignature(bytes(64), bytes(3309)),
                        new HybridSignature(bytes(64), bytes(3309))),
                List.of());
    }

    private Bytes bytes(int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return Bytes.of(out);
    }
}
