package org.whodis.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlaintextSearchTest {
    private final Random random = new Random(13);
    private final List<WirePacket> wire = new ArrayList<>(Packets.media(1000, 0, random));

    @Test
    void nothingIsFoundInRandomBytes() {
        byte[] secret = new byte[20_000];
        random.nextBytes(secret);
        PlaintextSearch.Result result = new PlaintextSearch(wire)
                .bytes("speech", secret)
                .text("a name", "Marit Solheim")
                .result();
        assertThat(result.findings()).isEmpty();
        assertThat(result.needles()).isGreaterThan(19_000);
        assertThat(result.windowsOnTheWire()).isEqualTo(1000 * (220 - 7));
    }

    @Test
    void eightBytesOfSpeechAnywhereAreFound() {
        byte[] secret = new byte[80];
        random.nextBytes(secret);
        plant(371, 150, java.util.Arrays.copyOfRange(secret, 33, 41));
        assertThat(new PlaintextSearch(wire).bytes("speech", secret).result().findings())
                .containsExactly(new PlaintextSearch.Finding("speech", 371, 150));
    }

    @Test
    void samplesAreFoundInBothByteOrders() {
        short[] samples = new short[100];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt();
        }
        plant(5, 20, new byte[] {
            (byte) samples[9], (byte) (samples[9] >> 8), (byte) samples[10], (byte) (samples[10] >> 8),
            (byte) samples[11], (byte) (samples[11] >> 8), (byte) samples[12], (byte) (samples[12] >> 8)
        });
        plant(7, 30, new byte[] {
            (byte) (samples[9] >> 8), (byte) samples[9], (byte) (samples[10] >> 8), (byte) samples[10],
            (byte) (samples[11] >> 8), (byte) samples[11], (byte) (samples[12] >> 8), (byte) samples[12]
        });
        assertThat(new PlaintextSearch(wire).samples("pcm", samples).result().findings())
                .extracting(PlaintextSearch.Finding::packet)
                .containsExactlyInAnyOrder(5, 7);
    }

    @Test
    void silenceProvesNothingAndIsNotLookedFor() {
        plant(3, 40, new byte[64]);
        PlaintextSearch.Result result =
                new PlaintextSearch(wire).samples("silence", new short[4800]).result();
        assertThat(result.needles()).isZero();
        assertThat(result.findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void namesAreFoundInAnyEncodingAndCase(String charset) {
        plant(999, 100, "mArIT Solheim-Ødegård".getBytes(Charset.forName(charset)));
        assertThat(new PlaintextSearch(wire)
                        .text("a name", "Marit Solheim-Ødegård")
                        .result()
                        .findings())
                .containsExactly(new PlaintextSearch.Finding("a name", 999, 100));
    }

    @Test
    void thePlaceAtTheVeryEndOfAPacketIsSearchedToo() {
        byte[] secret = "eight b!".getBytes(StandardCharsets.UTF_8);
        plant(0, 212, secret);
        assertThat(new PlaintextSearch(wire).bytes("end", secret).result().findings())
                .hasSize(1);
    }

    @Test
    void anEmptyWireHoldsNothing() {
        assertThat(new PlaintextSearch(List.of())
                        .bytes("x", new byte[100])
                        .result()
                        .findings())
                .isEmpty();
    }

    private void plant(int packet, int offset, byte[] bytes) {
        byte[] payload = wire.get(packet).payload().clone();
        System.arraycopy(bytes, 0, payload, offset, bytes.length);
        wire.set(packet, Packets.packet(20.0 * packet, payload));
    }
}
