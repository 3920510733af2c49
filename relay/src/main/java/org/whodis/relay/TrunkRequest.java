package org.whodis.relay;

import java.net.InetSocketAddress;
import org.whodis.media.srtp.SrtpKeys;

/**
 * Opens, or opens again, the trunk leg of a room towards another office's relay.
 *
 * @param receiveBase the range of SSRCs that {@link Relay#reserveTrunk} gave and the other relay sends with
 * @param sendBase the range that the other relay assigned to us
 * @param remote where the other office says that its relay is, resolved. Packets are taken from this host alone; nothing
 *     but a few probes goes there before an authentic packet has come from it, and where that came from is where media goes
 * @param sendKeys used for this opening and never before; the relay takes both over and erases them
 * @param receiveKeys never the same as {@code sendKeys}, so nothing that we sent can come back as the other's
 * @param senders members of the other office's room who may speak at a time: bounds what a leg may cost
 * @param probes packets that may go to {@code remote} before anything authentic has come from there
 */
public record TrunkRequest(
        TrunkId id,
        int receiveBase,
        int sendBase,
        InetSocketAddress remote,
        SrtpKeys sendKeys,
        SrtpKeys receiveKeys,
        int senders,
        int probes) {
    /**
     * Of the side that opened, whose openings are far apart: enough for two seconds of a lossy path. Whoever names a stranger's
     * address as its relay's has that stranger hit by so many packets of 80 bytes, once in some seconds.
     */
    static final int OPENER_PROBES = 8;

    /**
     * Of the side that answered, as often as the other asks: no more bytes than the other has spent on asking. They only spare
     * half a round trip; without them the opener's come first.
     */
    static final int ANSWERER_PROBES = 2;

    /** Of the side that opens. */
    public TrunkRequest(
            TrunkId id,
            int receiveBase,
            int sendBase,
            InetSocketAddress remote,
            SrtpKeys sendKeys,
            SrtpKeys receiveKeys,
            int senders) {
        this(id, receiveBase, sendBase, remote, sendKeys, receiveKeys, senders, OPENER_PROBES);
    }

    /** The same, of the side that answers. */
    public TrunkRequest answering() {
        return new TrunkRequest(id, receiveBase, sendBase, remote, sendKeys, receiveKeys, senders, ANSWERER_PROBES);
    }

    public TrunkRequest {
        if (remote.isUnresolved()
                || remote.getPort() == 0
                || !TrunkRange.isBase(receiveBase)
                || !TrunkRange.isBase(sendBase)
                || senders < 1
                || senders > TrunkRange.STREAMS
                || probes < 0) {
            throw new IllegalArgumentException("not a trunk: " + id);
        }
    }
}
