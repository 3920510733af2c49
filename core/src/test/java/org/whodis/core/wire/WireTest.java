package org.whodis.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec against the sentences of RFC 9420 section 2.1, against hostile input, and against itself. */
class WireTest {
    private static final long SEED = Long.getLong("whodis.seed", 20261122);

    @ParameterizedTest
    @DisplayName("RFC 9420 2.1.2: the four byte length value 0x9d7f3e7d decodes to 494878333, and so on")
    @CsvSource({
        "00, 0",
        "25, 37",
        "3f, 63",
        "4040, 64",
        "7bbd, 15293",
        "7fff, 16383",
        "80004000, 16384",
        "9d7f3e7d, 494878333",
        "bfffffff, 1073741823"
    })
    void variableLengthIntegers(String hex, int value) throws DecodeException {
        assertThat(WireReader.decode(Bytes.fromHex(hex), WireReader::varint)).isEqualTo(value);
        assertThat(new WireWriter().varint(value).toBytes()).isEqualTo(Bytes.fromHex(hex));
    }

    @Test
    @DisplayName(
            "RFC 9420 2.1.2: the encoded value MUST use the smallest number of bits required to represent the value")
    void variableLengthIntegersAreWrittenInTheirShortestForm() {
        for (int bits = 0; bits < 30; bits++) {
            for (int value : new int[] {(1 << bits) - 1, 1 << bits, (1 << bits) + 1}) {
                int shortest = value < 64 ? 1 : value < 16384 ? 2 : 4;
                assertThat(new WireWriter().varint(value).length()).isEqualTo(shortest);
            }
        }
    }

    @ParameterizedTest
    @DisplayName("RFC 9420 2.1.2: values using more bits than necessary MUST be treated as malformed")
    @ValueSource(strings = {"4000", "4025", "403f", "80000000", "80000025", "80000040", "80003fff"})
    void variableLengthIntegersLongerThanNecessary(String hex) {
        assertMalformed(hex, WireReader::varint);
    }

    @ParameterizedTest
    @DisplayName("RFC 9420 2.1.2: vectors that start with \"11\" prefix are invalid and MUST be rejected")
    @ValueSource(strings = {"c0", "c000000000000040", "ffffffffffffffff", "d0", "e0000000"})
    void variableLengthIntegersWithTheInvalidPrefix(String hex) {
        assertMalformed(hex, WireReader::varint);
        assertMalformed(hex, in -> in.vector(100));
    }

    @Test
    @DisplayName("RFC 9420 2.1.1: a presence octet with a value other than 0 or 1 MUST be rejected as malformed")
    void presenceOctets() throws DecodeException {
        assertThat(WireReader.<Integer>decode(Bytes.fromHex("00"), in -> in.optional(WireReader::uint8)))
                .isNull();
        assertThat(WireReader.<Integer>decode(Bytes.fromHex("0105"), in -> in.optional(WireReader::uint8)))
                .isEqualTo(5);
        for (int octet = 2; octet < 256; octet++) {
            byte[] input = {(byte) octet, 5};
            assertThatThrownBy(() -> new WireReader(input).optional(WireReader::uint8))
                    .isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void integersAreBigEndianAndOfTheirExactSize() throws DecodeException {
        Bytes wire = new WireWriter()
                .uint8(0xfe)
                .uint16(0xfedc)
                .uint32(0xfedcba98L)
                .uint64(0xfedcba9876543210L)
                .toBytes();
        assertThat(wire.hex()).isEqualTo("fefedcfedcba98fedcba9876543210");
        WireReader in = new WireReader(wire);
        assertThat(in.uint8()).isEqualTo(0xfe);
        assertThat(in.uint16()).isEqualTo(0xfedc);
        assertThat(in.uint32()).isEqualTo(0xfedcba98L);
        assertThat(in.uint64()).isEqualTo(0xfedcba9876543210L);
        in.end();
    }

    @Test
    void valuesThatDoNotFitAreAFaultOfTheCaller() {
        WireWriter out = new WireWriter();
        assertThatThrownBy(() -> out.uint8(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.uint8(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.uint16(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.uint16(65536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.uint32(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.uint32(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.varint(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.varint(1 << 30)).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.length()).isZero();
    }

    @Test
    void noLengthIsBelievedBeforeItWasComparedWithTheLimitAndTheBytes() {
        // A gigabyte announced in five bytes: were the length believed, this would run out of memory.
        assertMalformed("bfffffff00", in -> in.vector(Integer.MAX_VALUE));
        assertMalformed("bfffffff00", in -> in.list(Integer.MAX_VALUE, Integer.MAX_VALUE, WireReader::uint8));
        assertMalformed("03000102", in -> in.vector(2));
        assertMalformed("03000102", in -> in.list(2, 10, WireReader::uint8));
        assertMalformed("03000102", in -> in.list(3, 2, WireReader::uint8));
        assertMalformed("03616263", in -> in.text(2));
    }

    @Test
    void limitsAreInclusive() throws DecodeException {
        Bytes vector = WireReader.decode(Bytes.fromHex("03000102"), in -> in.vector(3));
        List<Integer> list = WireReader.decode(Bytes.fromHex("03000102"), in -> in.list(3, 3, WireReader::uint8));
        String text = WireReader.decode(Bytes.fromHex("03616263"), in -> in.text(3));
        Bytes empty = WireReader.decode(Bytes.fromHex("00"), in -> in.vector(0));
        assertThat(vector).isEqualTo(Bytes.fromHex("000102"));
        assertThat(list).containsExactly(0, 1, 2);
        assertThat(text).isEqualTo("abc");
        assertThat(empty).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void anItemOfAListCannotReadPastTheListOrBeNothing() {
        assertMalformed("0100ffff", in -> {
            List<Integer> list = in.list(10, 10, WireReader::uint16);
            in.rest();
            return list;
        });
        assertMalformed("0300000000", in -> in.list(10, 10, WireReader::uint16));
        assertMalformed("0100", in -> in.list(10, 10, inner -> 0));
    }

    @Test
    void leftOverBytesAreRefused() {
        assertMalformed("0000", WireReader::uint8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c080",
                "c1bf",
                "c3",
                "c328",
                "e08080",
                "e09fbf",
                "e28a",
                "e282",
                "eda080",
                "edbfbf",
                "f0808080",
                "f08fbfbf",
                "f4908080",
                "f5808080",
                "f8888080",
                "fe",
                "ff",
                "61ff62",
                "f09f98"
            })
    void malformedUtf8IsRefused(String hex) {
        Bytes text = Bytes.fromHex(hex);
        Bytes wire = new WireWriter().vector(text).toBytes();
        assertThatThrownBy(() -> WireReader.decode(wire, in -> in.text(100))).isInstanceOf(DecodeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Hänsel", "日本語", "😀", "\u0000", "\uFFFD", "\uFEFFmark", "\uFFFF"})
    void wellFormedTextSurvives(String text) throws DecodeException {
        Bytes wire = new WireWriter().text(text).toBytes();
        String read = WireReader.decode(wire, in -> in.text(100));
        assertThat(read).isEqualTo(text);
    }

    @Test
    void whatWasReadCanBeTakenAgainAsItCame() throws DecodeException {
        WireReader in = new WireReader(Bytes.fromHex("00aabbcc"));
        in.uint8();
        int mark = in.position();
        in.uint16();
        assertThat(in.since(mark)).isEqualTo(Bytes.fromHex("aabb"));
        assertThat(in.rest()).isEqualTo(Bytes.fromHex("cc"));
        assertThat(in.remaining()).isZero();
        in.end();
    }

    /** A structure with every construct of the codec in it. */
    private record Sample(
            int a, int b, long c, long d, Bytes fixed, Bytes vector, String text, List<Bytes> list, Bytes maybe) {
        static Sample read(WireReader in) throws DecodeException {
            return new Sample(
                    in.uint8(),
                    in.uint16(),
                    in.uint32(),
                    in.uint64(),
                    in.fixed(7),
                    in.vector(20_000),
                    in.text(300),
                    in.list(10_000, 20, inner -> inner.vector(400)),
                    in.optional(inner -> inner.vector(70)));
        }

        Bytes encode() {
            return new WireWriter()
                    .uint8(a)
                    .uint16(b)
                    .uint32(c)
                    .uint64(d)
                    .fixed(fixed)
                    .vector(vector)
                    .text(text)
                    .list(list, WireWriter::vector)
                    .optional(maybe, WireWriter::vector)
                    .toBytes();
        }

        static Sample random(Random random) {
            List<Bytes> list = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                list.add(bytes(random, random.nextInt(400)));
            }
            return new Sample(
                    random.nextInt(256),
                    random.nextInt(65536),
                    random.nextLong(1L << 32),
                    random.nextLong(),
                    bytes(random, 7),
                    bytes(random, random.nextInt(random.nextInt(50) == 0 ? 20_000 : 200)),
                    "é".repeat(random.nextInt(100)),
                    list,
                    random.nextBoolean() ? bytes(random, random.nextInt(70)) : null);
        }

        private static Bytes bytes(Random random, int count) {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return Bytes.of(out);
        }
    }

    @Test
    void randomStructuresSurviveTheRoundTripAndEncodeInOneWayOnly() throws DecodeException {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            Sample sample = Sample.random(random);
            Bytes wire = sample.encode();
            assertThat(WireReader.decode(wire, Sample::read))
                    .as("seed %d", SEED)
                    .isEqualTo(sample);
        }
    }

    @Test
    void everyTruncationIsRefused() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20; i++) {
            Bytes wire = Sample.random(random).encode();
            for (int length = 0; length < wire.length(); length++) {
                Bytes cut = wire.slice(0, length);
                assertThatThrownBy(() -> WireReader.decode(cut, Sample::read))
                        .as("seed %d, %d of %d bytes", SEED, length, wire.length())
                        .isInstanceOf(DecodeException.class);
            }
        }
    }

    @Test
    void whateverDecodesAfterMutationEncodesToTheSameBytes() {
        Random random = new Random(SEED);
        int decoded = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] wire = Sample.random(random).encode().toArray();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                // The first bytes and the lengths are where mistakes would hide.
                wire[random.nextInt(random.nextBoolean() ? 40 : wire.length) % wire.length] = (byte) random.nextInt();
            }
            Bytes mutated = Bytes.of(wire);
            try {
                Sample sample = WireReader.decode(mutated, Sample::read);
                assertThat(sample.encode()).as("seed %d, round %d", SEED, i).isEqualTo(mutated);
                decoded++;
            } catch (DecodeException expected) {
                // The one exception that input may cause.
            }
        }
        assertThat(decoded).isPositive();
    }

    private static <T> void assertMalformed(String hex, WireReader.Item<T> item) {
        assertThatThrownBy(() -> WireReader.decode(Bytes.fromHex(hex), item)).isInstanceOf(DecodeException.class);
    }
}
