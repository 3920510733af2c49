package org.whodis.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void cannotBeChangedThroughTheArrayItCameFromOrWentInto() {
        byte[] source = {1, 2, 3};
        Bytes bytes = Bytes.of(source);
        source[0] = 9;
        bytes.toArray()[1] = 9;
        assertThat(bytes).isEqualTo(Bytes.fromHex("010203"));
    }

    @Test
    void isEqualByValue() {
        assertThat(Bytes.fromHex("00ff")).isEqualTo(Bytes.fromHex("00FF")).hasSameHashCodeAs(Bytes.fromHex("00ff"));
        assertThat(Bytes.fromHex("00ff")).isNotEqualTo(Bytes.fromHex("00fe")).isNotEqualTo(Bytes.fromHex("00"));
    }

    @Test
    void ordersByUnsignedBytesWithAPrefixFirst() {
        assertThat(Bytes.fromHex("7f")).isLessThan(Bytes.fromHex("80"));
        assertThat(Bytes.fromHex("80")).isLessThan(Bytes.fromHex("8000")).isLessThan(Bytes.fromHex("ff"));
        assertThat(Bytes.EMPTY).isLessThan(Bytes.fromHex("00"));
        assertThat(Bytes.fromHex("8000")).isEqualByComparingTo(Bytes.fromHex("8000"));
    }

    @Test
    void slicesItsOwnRangesOnly() {
        Bytes bytes = Bytes.fromHex("00010203");
        assertThat(bytes.slice(1, 3)).isEqualTo(Bytes.fromHex("0102"));
        assertThat(bytes.slice(4, 4)).isEqualTo(Bytes.EMPTY);
        for (int[] range :
                new int[][] {{-1, 2}, {3, 2}, {2, 5}, {5, 5}, {0, Integer.MAX_VALUE}, {Integer.MIN_VALUE, 0}}) {
            assertThatThrownBy(() -> bytes.slice(range[0], range[1])).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Bytes.of(new byte[2], Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsAndWritesHexadecimal() {
        assertThat(Bytes.fromHex("00aBff").hex()).isEqualTo("00abff");
        for (String malformed : new String[] {"0", "0g", "g0", "0x00", " 00", "００"}) {
            assertThatThrownBy(() -> Bytes.fromHex(malformed))
                    .as(malformed)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void joinsItsParts() {
        assertThat(Bytes.concat()).isEqualTo(Bytes.EMPTY);
        assertThat(Bytes.concat(Bytes.fromHex("01"), Bytes.EMPTY, Bytes.fromHex("0203")))
                .isEqualTo(Bytes.fromHex("010203"));
    }

    @Test
    void printsAtMostSixteenBytes() {
        assertThat(Bytes.of(new byte[16])).hasToString("00000000000000000000000000000000");
        assertThat(Bytes.of(new byte[17])).hasToString("00000000000000000000000000000000… (17 bytes)");
    }
}
