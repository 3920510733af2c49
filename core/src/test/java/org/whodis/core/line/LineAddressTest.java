package org.whodis.core.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.PRIMITIVES;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.DisplayText;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.People;
import org.whodis.core.identity.Words;

class LineAddressTest {
    private static final OfficeDomain DOMAIN = new OfficeDomain("office.example:8443");
    private static final int WORDS_IN_LIST = 2048;

    @Test
    void bothFormsAreReadAgain() throws MistypedException {
        for (int seed = 0; seed < 50; seed++) {
            LineAddress address = address(seed);
            assertThat(LineAddress.parse(PRIMITIVES, address.link(PRIMITIVES))).isEqualTo(address);
            assertThat(LineAddress.parse(PRIMITIVES, address.spoken(PRIMITIVES)))
                    .isEqualTo(address);
        }
    }

    @Test
    void typingForgivesCaseSpacesHyphensCommasAndAllButFourLetters() throws MistypedException {
        LineAddress address = address(1);
        List<String> words = address.words(PRIMITIVES);
        List<String> first = words.stream()
                .map(word -> word.substring(0, Math.min(4, word.length())))
                .toList();
        for (String typed : List.of(
                "  Office.Example:8443   " + String.join("   ", words).toUpperCase(Locale.ROOT) + "\n",
                DOMAIN.value() + ", " + String.join(", ", words) + ".",
                DOMAIN.value() + " " + String.join("-", words),
                DOMAIN.value() + "\t" + String.join(" ", first))) {
            assertThat(LineAddress.parse(PRIMITIVES, typed)).as(typed).isEqualTo(address);
        }
    }

    @Test
    void theDefaultPortMakesNoOtherDomain() throws MistypedException {
        LineAddress address =
                new LineAddress(new OfficeDomain("office.example"), address(2).secret());
        String typed = "office.example:443 " + String.join(" ", address.words(PRIMITIVES));
        assertThat(LineAddress.parse(PRIMITIVES, typed)).isEqualTo(address);
    }

    @Test
    void aWordThatIsNotInTheListIsNamedWithTheOneThatItIsLike() {
        LineAddress address = address(3);
        List<String> words = new ArrayList<>(address.words(PRIMITIVES));
        words.set(4, "abandonn");
        assertRefused(words, "word 5, \"abandonn\", is not in the list; perhaps \"abandon\"");
    }

    @Test
    void whatWasPastedInsteadOfAWordIsGivenBackBoundedAndWithoutWhatAScreenCannotShow() {
        List<String> words = new ArrayList<>(address(3).words(PRIMITIVES));
        words.set(1, "x\u202e\u200b" + "y".repeat(300));
        assertThatThrownBy(() -> LineAddress.parse(PRIMITIVES, DOMAIN + " " + String.join(" ", words)))
                .isInstanceOfSatisfying(
                        MistypedException.class,
                        refused -> assertThat(refused.mistake())
                                .isEqualTo(new Mistyped.NotAWord(2, "x??" + "y".repeat(37) + "…", "")));
    }

    @Test
    void aLinkOfAnotherKindAndOneThatWasCutAreNoLinks() {
        String link = address(7).link(PRIMITIVES);
        for (String text : List.of(
                link.replace("/line#", "/join#"),
                link.substring(0, link.length() - 1),
                link.replace("https:", "javascript:"),
                "https://",
                "://")) {
            assertThatThrownBy(() -> LineAddress.parse(PRIMITIVES, text))
                    .as(text)
                    .isInstanceOfSatisfying(
                            MistypedException.class,
                            refused -> assertThat(refused.mistake()).isEqualTo(new Mistyped.NotALink()));
        }
    }

    @Test
    void aWordTooFewIsSaidSo() {
        List<String> words = address(4).words(PRIMITIVES).subList(0, 12);
        assertRefused(words, "a line has 13 words behind the domain; these are 12");
    }

    @Test
    void aWordMisheardForOneLikeItIsNamed() {
        // "lake" and "cake" are one letter apart; the secret is made so that the third word is the first of them.
        int lake = Words.indexOf("lake");
        int seed = 0;
        while (!address(seed).words(PRIMITIVES).get(2).equals(Words.at(lake))) {
            seed++;
        }
        List<String> words = new ArrayList<>(address(seed).words(PRIMITIVES));
        words.set(2, "cake");
        assertThatThrownBy(() -> LineAddress.parse(PRIMITIVES, DOMAIN + " " + String.join(" ", words)))
                .isInstanceOf(MistypedException.class)
                .hasMessageContaining("probably");
    }

    @Test
    void neighboursInTheWrongOrderAreNamed() {
        List<String> words = new ArrayList<>(address(5).words(PRIMITIVES));
        words.add(3, words.remove(4));
        assertRefused(words, "words 4 and 5 are probably in the wrong order");
    }

    @Test
    void aMistypedDomainIsCaught() {
        List<String> words = address(6).words(PRIMITIVES);
        assertThatThrownBy(() -> LineAddress.parse(PRIMITIVES, "offise.example:8443 " + String.join(" ", words)))
                .isInstanceOf(MistypedException.class)
                .hasMessageContaining("the check does not fit");
    }

    @Test
    void everyOtherCharacterInALinkIsCaughtOrOneInTwoToTheSixteen() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int caught = 0;
        int all = 0;
        for (int seed = 0; seed < 20; seed++) {
            String link = address(seed).link(PRIMITIVES);
            for (int at = link.indexOf('#') + 3; at < link.length(); at++) {
                for (int i = 0; i < alphabet.length(); i++) {
                    char other = alphabet.charAt(i);
                    if (other != link.charAt(at)) {
                        all++;
                        caught += isRefused(link.substring(0, at) + other + link.substring(at + 1)) ? 1 : 0;
                    }
                }
            }
        }
        // 30,240 mistakes, of which 2^-16 should get through: half a one. The seeds are fixed.
        assertThat(all - caught).isLessThanOrEqualTo(4);
    }

    @Test
    void everySingleWrongWordIsCaughtButOneInTwoToTheFifteen() {
        int passed = 0;
        int tried = 0;
        for (int seed = 0; seed < 20; seed++) {
            int[] indices = indices(address(seed));
            for (int at = 0; at < LineAddress.WORDS; at++) {
                int right = indices[at];
                for (int other = 0; other < WORDS_IN_LIST; other++) {
                    if (other != right) {
                        indices[at] = other;
                        tried++;
                        passed += LineAddress.fits(PRIMITIVES, DOMAIN, indices) ? 1 : 0;
                    }
                }
                indices[at] = right;
            }
        }
        assertThat(tried).isEqualTo(20 * 13 * 2047);
        // Expected: the twelve words with secret in them, 20 * 12 * 2047 / 2^15 = 15, with a deviation of 4.
        assertThat(passed).isBetween(2, 32);
    }

    @Test
    void aWrongLastWordIsAlwaysCaught() {
        for (int seed = 0; seed < 50; seed++) {
            int[] indices = indices(address(seed));
            int right = indices[12];
            for (int other = 0; other < WORDS_IN_LIST; other++) {
                indices[12] = other;
                assertThat(LineAddress.fits(PRIMITIVES, DOMAIN, indices)).isEqualTo(other == right);
            }
        }
    }

    @Test
    void everySwapOfNeighboursIsCaughtButOneInTwoToTheFifteen() {
        int passed = 0;
        for (int seed = 0; seed < 5_000; seed++) {
            int[] indices = indices(address(seed));
            for (int at = 0; at + 1 < LineAddress.WORDS; at++) {
                if (indices[at] != indices[at + 1]) {
                    int[] swapped = indices.clone();
                    swapped[at] = indices[at + 1];
                    swapped[at + 1] = indices[at];
                    passed += LineAddress.fits(PRIMITIVES, DOMAIN, swapped) ? 1 : 0;
                }
            }
        }
        // Expected: 60,000 / 2^15 = 1.8.
        assertThat(passed).isLessThanOrEqualTo(10);
    }

    @Test
    void whateverIsTypedIsReadOrRefusedWithASentence() {
        Random random = new Random(7);
        String good = address(9).spoken(PRIMITIVES);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x180));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, (char) random.nextInt(0x80));
                }
            }
            try {
                LineAddress.parse(PRIMITIVES, text.toString());
            } catch (MistypedException refused) {
                assertThat(refused).hasMessageNotContaining("null");
                assertThat(DisplayText.isValid(refused.mistake().sentence(), 1, 256))
                        .as(refused.getMessage())
                        .isTrue();
            }
        }
    }

    private static void assertRefused(List<String> words, String why) {
        assertThatThrownBy(() -> LineAddress.parse(PRIMITIVES, DOMAIN + " " + String.join(" ", words)))
                .isInstanceOf(MistypedException.class)
                .hasMessage(why);
    }

    private static boolean isRefused(String text) {
        try {
            LineAddress.parse(PRIMITIVES, text);
            return false;
        } catch (MistypedException e) {
            return true;
        }
    }

    private static LineAddress address(int seed) {
        return new LineAddress(DOMAIN, LineSecret.generate(People.random(seed)));
    }

    private static int[] indices(LineAddress address) {
        return address.words(PRIMITIVES).stream().mapToInt(Words::indexOf).toArray();
    }
}
