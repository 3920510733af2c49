package org.whodis.app.demo;

import java.util.SplittableRandom;
import org.whodis.app.wire.Direction;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.WireTap;

/**
 * A hostile wiretap that changes one bit behind the header in a share of the SRTP packets. Which ones is drawn from a fixed
 * seed: an even beat would fall in step with the four flows of a call and strike one of them alone.
 */
final class BitFlips implements WireTap.Meddling {
    private static final int RTP_HEADER = 12;

    private final double share;
    private final SplittableRandom dice = new SplittableRandom(20_260_101);

    BitFlips(double share) {
        this.share = share;
    }

    @Override
    public synchronized byte[] meddle(Direction direction, byte[] datagram) {
        if (PacketKind.of(datagram) != PacketKind.SRTP) {
            return datagram;
        }
        if (dice.nextDouble() < share) {
            int bit = dice.nextInt(RTP_HEADER * 8, datagram.length * 8);
            datagram[bit / 8] ^= (byte) (1 << bit % 8);
        }
        return datagram;
    }
}
