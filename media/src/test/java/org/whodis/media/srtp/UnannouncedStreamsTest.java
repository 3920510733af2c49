package org.whodis.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.RtpHeader;

class UnannouncedStreamsTest {
    private final SrtpSender sender = new SrtpSender(keys());
    private final SrtpReceiver receiver = new SrtpReceiver(keys());

    @Test
    void withoutLeaveAnUnknownStreamIsDropped() throws Exception {
        assertThat(refusal(protect(1, 0))).isEqualTo(SrtpException.Reason.UNKNOWN_SSRC);
    }

    @Test
    void aStreamIsKnownFromItsFirstAuthenticPacketOn() throws Exception {
        receiver.openUnannounced(2);
        byte[] forged = protect(1, 0);
        forged[20] ^= 1;
        for (int i = 0; i < 100; i++) {
            assertThat(refusal(forged)).isEqualTo(SrtpException.Reason.BAD_TAG);
        }
        byte[] first = protect(1, 1);
        assertThat(receiver.unprotect(first).header().ssrc()).isEqualTo(1);
        assertThat(refusal(first)).isEqualTo(SrtpException.Reason.REPLAYED);
        assertThat(receiver.unprotect(protect(2, 1)).header().ssrc()).isEqualTo(2);
        assertThat(refusal(protect(3, 1))).isEqualTo(SrtpException.Reason.UNKNOWN_SSRC);
    }

    private byte[] protect(int ssrc, long index) throws NonceReuseException {
        return sender.protect(
                new RtpHeader(false, 111, PacketIndex.sequence(index), (int) (960 * index), ssrc),
                index,
                new byte[160]);
    }

    private SrtpException.Reason refusal(byte[] packet) {
        return catchThrowableOfType(SrtpException.class, () -> receiver.unprotect(packet))
                .reason();
    }

    private static SrtpKeys keys() {
        return SrtpKeys.copyOf(new byte[32], new byte[12]);
    }
}
