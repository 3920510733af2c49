package org.whodis.office.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which form of a file a client is served (RFC 9110 sections 12.4.2 and 12.5.3). */
class ContentCodingTest {
    private static final Set<ContentCoding> ALL = EnumSet.allOf(ContentCoding.class);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "gzip, deflate, br, zstd | BROTLI",
                "gzip, deflate | GZIP",
                "x-gzip | GZIP",
                "BR , GZip | BROTLI",
                "br;q=0.5, gzip | GZIP",
                "br;q=0.5, gzip;q=0.501 | GZIP",
                "br ; Q=0.5 , gzip;q=0.5 | BROTLI",
                "br;q=0, gzip | GZIP",
                "br;q=0.000, gzip;q=0.001 | GZIP",
                "br;q=0, gzip;q=0 | IDENTITY",
                "* | BROTLI",
                "*, br;q=0 | GZIP",
                "br;q=0, *;q=0.1 | GZIP",
                "gzip, *;q=0 | GZIP",
                "*;q=0 | IDENTITY",
                "identity | IDENTITY",
                "identity, gzip;q=0.5 | IDENTITY",
                "identity;q=0.5, gzip;q=1.000 | GZIP",
                "identity;q=0, zstd | IDENTITY",
                "zstd, deflate | IDENTITY",
                "'' | IDENTITY",
                "',;,;q=1' | IDENTITY",
                // No weights: not acceptable, rather than guessed at.
                "br;q=2, gzip | GZIP",
                "br;q=, gzip | GZIP",
                "br;q=0.0001, gzip | GZIP",
                "br;q=-1, gzip | GZIP",
                "br;q=1;q=1, gzip | GZIP",
                "br;level=9, gzip | GZIP",
                "gzipx, xbr | IDENTITY",
            })
    void theBestAcceptableFormIsServed(String accepted, ContentCoding served) {
        assertThat(ContentCoding.best(List.of(accepted), ALL)).isEqualTo(served);
    }

    @Test
    void severalFieldsAreOneList() {
        assertThat(ContentCoding.best(List.of("gzip", "br"), ALL)).isEqualTo(ContentCoding.BROTLI);
        assertThat(ContentCoding.best(List.of("br;q=0", "*"), ALL)).isEqualTo(ContentCoding.GZIP);
    }

    @Test
    @DisplayName("RFC 9110 section 12.5.3: nothing said, any coding is acceptable; the plain one serves everybody")
    void whoSaysNothingIsServedThePlainForm() {
        assertThat(ContentCoding.best(List.of(), ALL)).isEqualTo(ContentCoding.IDENTITY);
    }

    @Test
    void whatABuildLacksIsNotServed() {
        Set<ContentCoding> withoutBrotli = EnumSet.of(ContentCoding.GZIP, ContentCoding.IDENTITY);
        assertThat(ContentCoding.best(List.of("br, gzip;q=0.1"), withoutBrotli)).isEqualTo(ContentCoding.GZIP);
        assertThat(ContentCoding.best(List.of("br"), withoutBrotli)).isEqualTo(ContentCoding.IDENTITY);
    }

    @Test
    void noTextMakesItFail() {
        long seed = 20261123;
        Random random = new Random(seed);
        String alphabet = "brgzip*identy;,q=.01 \t-";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(ContentCoding.best(List.of(text.toString()), ALL))
                    .as("%s, seed %d", text, seed)
                    .isNotNull();
        }
    }
}
