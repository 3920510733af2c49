package org.whodis.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.DOMAIN;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;

import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;

class LinkingTest {
    private final People people = new People(46);
    private final People.Person ada = people.person("Ada", NOW);
    private final HybridKeyPair added = HybridKeyPair.generate(PRIMITIVES, people.random());
    private final Linking linking = new Linking(PRIMITIVES);

    private DeviceLink open(long now) {
        return linking.open(
                people.random(), DOMAIN, people.officeKey(), ada.chain().principal(), now);
    }

    private LinkRequest request(DeviceLink link) {
        return LinkRequest.create(PRIMITIVES, people.random(), link, added, DeviceKind.BROWSER);
    }

    private Linking.Extended extend(LinkRequest request, VerifiedChain own) throws IdentityException {
        return Linking.extend(PRIMITIVES, people.random(), people.offices(), request, own, ada.keys.getFirst(), NOW);
    }

    @Test
    void theDeviceThatSawTheLinkIsAdded() throws Exception {
        DeviceLink link = open(NOW);
        assertThat(linking.unused(NOW)).isSameAs(link);
        LinkRequest request = request(link);
        assertThat(linking.arrived(request, NOW)).isTrue();
        assertThat(linking.unused(NOW)).as("told to no new session").isNull();
        assertThat(linking.request()).isEqualTo(request);
        assertThat(linking.close()).isEqualTo(request);
        Linking.Extended extended = extend(request, ada.chain());
        assertThat(extended.chain().devices()).hasSize(2);
        assertThat(extended.chain().wire().statements()).containsExactly(extended.statement());
    }

    @Test
    void onlyTheFirstRequestCountsAndOnlyOfWhoSawTheLinkThatIsOpen() {
        DeviceLink former = open(NOW);
        DeviceLink link = open(NOW);
        assertThat(linking.arrived(request(former), NOW)).isFalse();
        LinkRequest request = request(link);
        assertThat(linking.arrived(request, NOW)).isTrue();
        assertThat(linking.arrived(request(link), NOW)).isFalse();
        assertThat(linking.request()).isSameAs(request);
    }

    @Test
    void aLinkLivesTenMinutesAndEndsWhenItWasAnswered() {
        DeviceLink link = open(NOW);
        long end = NOW + DeviceLink.LIFETIME_MILLIS;
        assertThat(linking.openUntil()).isEqualTo(end);
        assertThat(linking.arrived(request(link), end)).isFalse();
        assertThat(linking.unused(end)).isNull();
        assertThat(linking.arrived(request(link), end - 1)).isTrue();
        assertThat(linking.close()).isNotNull();
        assertThat(linking.close()).isNull();
        assertThat(linking.arrived(request(link), NOW)).isFalse();
    }

    @Test
    void aDeviceIsNotAddedTwiceNorToAChainThatIsFull() throws Exception {
        LinkRequest request = request(open(NOW));
        VerifiedChain grown = extend(request, ada.chain()).chain();
        assertThatThrownBy(() -> extend(request, grown)).isInstanceOf(IdentityException.class);
        while (ada.wire().hasRoomForDevice(ada.chain().devices().size())) {
            ada.addDevice(0, NOW);
        }
        assertThat(ada.chain().devices()).hasSize(12);
        assertThatThrownBy(() -> extend(request, ada.chain()))
                .isInstanceOfSatisfying(
                        IdentityException.class,
                        e -> assertThat(e.reason()).isEqualTo(IdentityException.Reason.NO_ROOM));
        for (int i = 1; i < 12; i++) {
            ada.revoke(0, i, NOW);
        }
        assertThat(ada.chain().devices())
                .as("whoever fills the chain up keeps nobody in it")
                .hasSize(1);
    }
}
