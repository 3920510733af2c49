package org.whodis.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.wire.Bytes;

class WordsTest {
    @Test
    void theListIsThePublishedOne() {
        StringBuilder file = new StringBuilder();
        Set<String> prefixes = new HashSet<>();
        for (int i = 0; i < 2048; i++) {
            file.append(Words.at(i)).append('\n');
            prefixes.add(Words.at(i).substring(0, Math.min(4, Words.at(i).length())));
        }
        assertThat(People.PRIMITIVES
                        .hash(HashAlgorithm.SHA256, Bytes.utf8(file.toString()))
                        .hex())
                .isEqualTo("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
        assertThat(prefixes).hasSize(2048);
    }

    @Test
    void elevenBitsAtATimeBigEndianMakeAWord() {
        // 00000000001 00000000010 11111111111 10000000000, then four bits that no longer count.
        Bytes hash = Bytes.fromHex("00200bffc00f");
        assertThat(Words.of(hash, 4)).containsExactly(Words.at(1), Words.at(2), Words.at(0x7ff), Words.at(0x400));
        assertThat(Words.of(Bytes.fromHex("0000"), 1)).containsExactly("abandon");
        assertThat(Words.of(Bytes.fromHex("ffff"), 1)).containsExactly("zoo");
    }

    /** The 12 and 24 words that BIP-39 publishes for these entropies, less the last one, which holds the checksum. */
    @Test
    void theBitsAreTakenAsBip39TakesThem() {
        assertThat(String.join(" ", Words.of(Bytes.fromHex("7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f"), 11)))
                .isEqualTo("legal winner thank year wave sausage worth useful legal winner thank");
        assertThat(String.join(" ", Words.of(Bytes.fromHex("9e885d952ad362caeb4efe34a8e91bd2"), 11)))
                .isEqualTo("ozone drill grab fiber curtain grace pudding thank cruise elder eight");
    }

    @Test
    void moreWordsThanTheHashHasBitsAreAFaultOfOurs() {
        assertThatThrownBy(() -> Words.of(Bytes.fromHex("0000"), 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Words.of(Bytes.fromHex("0000"), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
