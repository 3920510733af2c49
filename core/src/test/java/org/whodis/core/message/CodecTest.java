package org.whodis.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.PRIMITIVES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.message.Samples.Sample;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;

/** What holds for every structure of protocol sections 2 to 6. */
class CodecTest {
    private static final List<Sample> SAMPLES = Samples.all();

    static List<Sample> samples() {
        return SAMPLES;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatIsWrittenIsReadAgain(Sample sample) throws DecodeException {
        assertThat(sample.decoder().decode(sample.value().encode())).isEqualTo(sample.value());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aStructureCutAtAnyLengthIsRefused(Sample sample) {
        Bytes encoded = sample.value().encode();
        for (int length = 0; length < encoded.length(); length++) {
            Bytes cut = encoded.slice(0, length);
            assertThat(isRefused(sample, cut)).as("cut at %d", length).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void bytesLeftOverAreRefused(Sample sample) {
        Bytes longer = Bytes.concat(sample.value().encode(), Bytes.fromHex("00"));
        assertThatThrownBy(() -> sample.decoder().decode(longer)).isInstanceOf(DecodeException.class);
    }

    /** A change is refused with the one typed error, or is another value whose one encoding it is. */
    @ParameterizedTest
    @MethodSource("samples")
    void aChangedStructureIsRefusedOrIsTheEncodingOfAnotherValue(Sample sample) {
        long seed = 0x5eed ^ sample.name().hashCode();
        Random random = new Random(seed);
        Bytes encoded = sample.value().encode();
        for (int round = 0; round < 400; round++) {
            byte[] changed = encoded.toArray();
            // The first bytes hold versions, types and lengths: half of the changes go there.
            int reach = random.nextBoolean() ? Math.min(40, changed.length) : changed.length;
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(reach)] = (byte) random.nextInt();
            }
            Bytes input = Bytes.of(changed);
            try {
                Encodable value = sample.decoder().decode(input);
                assertThat(value.encode()).as("seed %d round %d", seed, round).isEqualTo(input);
            } catch (DecodeException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            } catch (RuntimeException fault) {
                throw new AssertionError("seed " + seed + " round " + round + ": " + input.hex(), fault);
            }
        }
    }

    /**
     * The bytes on the wire do not change by accident. The lines are name, length and SHA-256; after a change that is meant,
     * take the new ones from the failure.
     */
    @Test
    void theBytesAreTheGoldenOnes() {
        String lines = SAMPLES.stream()
                .map(sample -> {
                    Bytes encoded = sample.value().encode();
                    return sample.name() + " " + encoded.length() + " "
                            + PRIMITIVES.hash(HashAlgorithm.SHA256, encoded).hex() + "\n";
                })
                .collect(Collectors.joining());
        assertThat(lines).isEqualTo(golden());
    }

    @Test
    void smallStructuresByHand() {
        assertThat(new ToOffice.Ping(0x01020304).encode().hex()).isEqualTo("0901020304");
        assertThat(new ToOffice.Acknowledge(5, 6).encode().hex()).isEqualTo("03000000050000000000000006");
        assertThat(new ToOffice.Directory(5, null).encode().hex()).isEqualTo("040000000500");
        assertThat(new FromOffice.Pong(5, 6).encode().hex()).isEqualTo("06000000050000000000000006");
        assertThat(new FromOffice.Response(5, true, SubmitOutcome.EXPIRED.encode())
                        .encode()
                        .hex())
                .isEqualTo("030000000500" + "0103");
        assertThat(new GroupMessage.Connected().encode().hex()).isEqualTo("01");
        assertThat(new GroupMessage.Hangup(GroupMessage.HangupReason.ENDED)
                        .encode()
                        .hex())
                .isEqualTo("0201");
        Notice notice =
                new Notice(new CallId(Bytes.of(new byte[16])), Bytes.of(new byte[32]), Notice.Type.CANCELLED, 7);
        assertThat(notice.encode().hex())
                .isEqualTo("0001" + "00".repeat(16) + "00".repeat(32) + "04" + "0000000000000007");
    }

    @Test
    void anOfferThatLivesLongerThanFortyFiveSecondsIsRefused() {
        Bytes encoded = SAMPLES.stream()
                .filter(sample -> sample.name().equals("Offer"))
                .findFirst()
                .orElseThrow()
                .value()
                .encode();
        byte[] changed = encoded.toArray();
        changed[changed.length - 1]++;
        assertThatThrownBy(() -> Offer.decode(Bytes.of(changed))).isInstanceOf(DecodeException.class);
    }

    @Test
    void theLongestMessagesFitTheirFrames() {
        assertThat(Envelope.MAX_LENGTH + 64).isLessThan(ToOffice.MAX_LENGTH);
        assertThat(Delivery.MAX_LENGTH + 64).isLessThan(ToOffice.MAX_LENGTH);
        assertThat(DirectoryPage.MAX_CONTACTS_LENGTH + 64).isLessThan(ToOffice.MAX_LENGTH);
        Sample authenticate = SAMPLES.stream()
                .filter(sample -> sample.name().equals("ToOffice authenticate"))
                .findFirst()
                .orElseThrow();
        assertThat(authenticate.value().encode().length()).isLessThan(ToOffice.MAX_LENGTH_BEFORE_AUTHENTICATION);
    }

    private static boolean isRefused(Sample sample, Bytes input) {
        try {
            sample.decoder().decode(input);
            return false;
        } catch (DecodeException refused) {
            return true;
        }
    }

    private static String golden() {
        try (var in = CodecTest.class.getResourceAsStream("golden-structures.txt")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
