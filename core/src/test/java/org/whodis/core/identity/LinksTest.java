package org.whodis.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

class LinksTest {
    private static final Invitation INVITATION =
            new Invitation(new OfficeDomain("pm.example:8443"), Secret.owning(new byte[16]), Bytes.of(new byte[32]));

    @Test
    void anInvitationSurvivesItsLink() throws DecodeException {
        assertThat(INVITATION.link()).isEqualTo("https://pm.example:8443/join#1." + "A".repeat(64));
        assertThat(Invitation.parse(INVITATION.link())).isEqualTo(INVITATION);
        assertThat(Invitation.parse("  " + INVITATION.link() + "\n")).isEqualTo(INVITATION);
    }

    @Test
    void aDeviceLinkSurvivesItsLink() throws DecodeException {
        People people = new People(1);
        DeviceLink link = new DeviceLink(
                People.DOMAIN,
                Secret.owning(people.random().next(16)),
                people.officeKey(),
                new PrincipalId(Bytes.of(people.random().next(32))));
        assertThat(DeviceLink.parse(link.link())).isEqualTo(link);
        assertThat(link.toString())
                .doesNotContain(Bytes.of(link.secret().expose()).hex());
    }

    @Test
    void aLinkCutAnywhereIsRefused() {
        String link = INVITATION.link();
        for (int length = 0; length < link.length(); length++) {
            String cut = link.substring(0, length);
            assertThatThrownBy(() -> Invitation.parse(cut)).isInstanceOf(DecodeException.class);
        }
        assertThatThrownBy(() -> Invitation.parse(link + "A")).isInstanceOf(DecodeException.class);
        assertThatThrownBy(() -> DeviceLink.parse(link)).isInstanceOf(DecodeException.class);
        assertThatThrownBy(() -> Invitation.parse(link.replace("https", "http")))
                .isInstanceOf(DecodeException.class);
        assertThatThrownBy(() -> Invitation.parse("https://" + "a".repeat(9999) + "/join#1."))
                .isInstanceOf(DecodeException.class);
    }

    @Test
    void base64UrlIsTheOneOfRfc4648AndCanonical() throws DecodeException {
        Random random = new Random(7);
        for (int length = 0; length < 100; length++) {
            byte[] value = new byte[length];
            random.nextBytes(value);
            String text = Base64Url.encode(Bytes.of(value));
            assertThat(text).isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(value));
            assertThat(Base64Url.decode(text)).isEqualTo(Bytes.of(value));
        }
        for (String bad : new String[] {"A", "AB", "AAB", "AA=", "A+", "A A", "AAAAA"}) {
            assertThatThrownBy(() -> Base64Url.decode(bad)).as(bad).isInstanceOf(DecodeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "office.example", "localhost:8443", "127.0.0.1:1", "xn--bcher-kva.example", "a-b.c:65535"})
    void domainsOfOffices(String domain) {
        assertThat(OfficeDomain.isValid(domain)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "A", "a.", ".a", "a..b", "-a", "a-", "a-.b", "a.-b", "a:", "a:0", "a:01", "a:65536", "a:+1",
                "a:1:2", "a/b", "a b", "ä", "a_b", ":80", "a:1x"
            })
    void notDomainsOfOffices(String domain) {
        assertThat(OfficeDomain.isValid(domain)).isFalse();
    }

    @Test
    void anOfficeWithoutAPortIsOn443() {
        assertThat(new OfficeDomain("a.example").port()).isEqualTo(443);
        assertThat(new OfficeDomain("a.example:8443").port()).isEqualTo(8443);
        assertThat(new OfficeDomain("a.example:8443").host()).isEqualTo("a.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Anna", "Ångström", "李小龍", "می‌خواهم", "👩‍⚖️ Judge", "क्‍ष", "O'Neill-Smith, Jr."})
    void namesThatCanBeShown(String name) {
        assertThat(DisplayText.isValid(name, 1, 128)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " Anna",
                "Anna ",
                "Anna\u00a0",
                "\u3000A",
                "An\nna",
                "An\u0000na",
                "\u202eannA",
                "A\u2066B",
                "A\u200bB",
                "A\ufeffB",
                "A\u2028B",
                "A\u00adB",
                "\ud800",
                "A\udc00",
                "A\udb40\udc41B",
                "A\u007fB",
                "A\u009bB",
                "Anna\u3164",
                "An\u034fna",
                "\u115fAnna",
                "An\u180ena",
                "Anna\ufe0f",
                "An\u200dna",
                "An\u200cna",
                "\u200dی",
                "می\u200c\u200cخواهم",
                "李\u200d小龍",
                "Anna\u2800",
                "Anna  Smith",
                "Anna\u00a0Smith",
                "Anna\u2003Smith"
            })
    void namesThatCannotBeShown(String name) {
        assertThat(DisplayText.isValid(name, 1, 128)).isFalse();
    }

    @Test
    void aNameIsMeasuredInBytes() {
        assertThat(DisplayText.isValid("ä".repeat(64), 1, 128)).isTrue();
        assertThat(DisplayText.isValid("ä".repeat(64) + "a", 1, 128)).isFalse();
    }
}
