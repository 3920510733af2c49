package org.whodis.core.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.federation.Offices.NOW;
import static org.whodis.core.federation.Offices.OTTAWA;
import static org.whodis.core.federation.Offices.PARIS;
import static org.whodis.core.federation.Offices.PRIMITIVES;
import static org.whodis.core.federation.Offices.RANDOM;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

class PeerFrameTest {
    static List<PeerFrame> frames() throws Exception {
        PeerHandshake.Acceptor ottawa = new PeerHandshake.Acceptor(PRIMITIVES, RANDOM, OTTAWA.self(), OTTAWA.spki);
        PeerHandshake.Dialler paris = new PeerHandshake.Dialler(PRIMITIVES, PARIS.self(), OTTAWA.domain, OTTAWA.spki);
        paris.greeted(ottawa.greeting());
        PeerFrame.Opening opening = paris.opening(ottawa.greeting(), RANDOM);
        ottawa.opened(opening);
        Bytes id = Bytes.of(RANDOM.next(PeerRequest.ID_LENGTH));
        return List.of(
                ottawa.greeting(),
                opening,
                ottawa.proof(RANDOM),
                new PeerFrame.Request(7, new PeerRequest(id, NOW, PeerType.ENVELOPE, Bytes.utf8("body"))),
                new PeerFrame.Answer(id, new PeerAnswer.Applied(Bytes.utf8("done"))),
                new PeerFrame.Answer(id, new PeerAnswer.Refused(4)),
                new PeerFrame.Skip(8),
                new PeerFrame.Ping(),
                new PeerFrame.Pong());
    }

    @ParameterizedTest
    @MethodSource("frames")
    void whatIsWrittenIsReadAgain(PeerFrame frame) throws Exception {
        assertThat(PeerFrame.decode(frame.encode())).isEqualTo(frame);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void everyTruncationAndEveryByteTooManyIsRefused(PeerFrame frame) {
        Bytes encoded = frame.encode();
        for (int length = 0; length < encoded.length(); length += length < 64 ? 1 : 61) {
            Bytes cut = encoded.slice(0, length);
            assertThatThrownBy(() -> PeerFrame.decode(cut)).isInstanceOf(DecodeException.class);
        }
        assertThatThrownBy(() -> PeerFrame.decode(Bytes.concat(encoded, Bytes.of(new byte[1]))))
                .isInstanceOf(DecodeException.class);
    }

    @Test
    void changedBytesAreReadOrRefusedAndNothingElse() throws Exception {
        long seed = Long.getLong("whodis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (PeerFrame frame : frames()) {
            for (int i = 0; i < 300; i++) {
                byte[] changed = frame.encode().toArray();
                changed[random.nextInt(Math.min(changed.length, 200))] = (byte) random.nextInt();
                try {
                    PeerFrame read = PeerFrame.decode(Bytes.of(changed));
                    assertThat(read.encode()).as("seed %d", seed).isEqualTo(Bytes.of(changed));
                } catch (DecodeException refused) {
                    assertThat(refused).as("seed %d", seed).isNotNull();
                }
            }
        }
    }
}
