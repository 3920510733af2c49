package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

class SFrameHeaderTest {
    @Test
    void headersOfAllLengthsSurviveTheRoundTripAndNoTruncationIsTakenForAHeader() throws DecodeException {
        long seed = 9_605;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            SFrameHeader header = new SFrameHeader(randomValue(random), randomValue(random));
            Bytes encoded = header.encode();
            assertThat(encoded.length()).isEqualTo(header.length()).isLessThanOrEqualTo(SFrameHeader.MAX_LENGTH);
            assertThat(WireReader.decode(encoded, SFrameHeader::read)).isEqualTo(header);
            for (int length = 0; length < encoded.length(); length++) {
                Bytes truncated = encoded.slice(0, length);
                assertThatThrownBy(() -> WireReader.decode(truncated, SFrameHeader::read))
                        .as("seed %s, %s cut to %s", seed, encoded, length)
                        .isInstanceOf(DecodeException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8000",
                "8007",
                "0800",
                "0807",
                "900000",
                "9000ff",
                "090000",
                "0900ff",
                "0a00ffff",
                "a000ffff",
                "0f00ffffffffffffff"
            })
    @DisplayName("the value MUST be encoded with the minimum number of bytes required (RFC 9605 section 4.3)")
    void longerFormsAreRefused(String hex) {
        assertThatThrownBy(() -> WireReader.decode(Bytes.fromHex(hex), SFrameHeader::read))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("shortest");
    }

    @Test
    void whateverIsReadAsAHeaderIsWrittenAsTheSameBytes() {
        long seed = 43;
        Random random = new Random(seed);
        byte[] input = new byte[20];
        int headers = 0;
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(input);
            WireReader in = new WireReader(input);
            try {
                SFrameHeader header = SFrameHeader.read(in);
                assertThat(header.encode()).as("seed %s, round %s", seed, i).isEqualTo(in.since(0));
                headers++;
            } catch (DecodeException e) {
                assertThat(e).hasMessageContaining("shortest");
            }
        }
        assertThat(headers).isGreaterThan(18_000);
    }

    private static long randomValue(Random random) {
        return random.nextInt(4) == 0 ? random.nextInt(10) : random.nextLong() >>> random.nextInt(64);
    }
}
