package org.whodis.app.demo;

import org.whodis.app.wire.Direction;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.WireTap;

/** A hostile wiretap that changes one bit behind the header in a share of the SRTP packets, evenly spread. */
final class BitFlips implements WireTap.Meddling {
    private static final int RTP_HEADER = 12;

    private final double share;
    private double due;
    private int turn;

    BitFlips(double share) {
        this.share = share;
    }

    @Override
    public synchronized byte[] meddle(Direction direction, byte[] datagram) {
        if (PacketKind.of(datagram) != PacketKind.SRTP) {
            return datagram;
        }
        due += share;
        if (due >= 1) {
            due -= 1;
            int behind = (datagram.length - RTP_HEADER) * 8;
            int bit = RTP_HEADER * 8 + turn++ * 37 % behind;
            datagram[bit / 8] ^= (byte) (1 << bit % 8);
        }
        return datagram;
    }
}
