package org.whodis.office.media;

import java.net.InetSocketAddress;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRequest;
import org.whodis.relay.udp.UdpRelay;

/** The relay in the same process. */
public record UdpMediaRelay(UdpRelay relay) implements MediaRelay {
    @Override
    public RelayMember createMember(MemberRequest request) throws RelayRefusedException {
        return relay.createMember(request);
    }

    @Override
    public void removeMember(MemberId id) {
        relay.removeMember(id);
    }

    @Override
    public int reserveTrunk() throws RelayRefusedException {
        return relay.reserveTrunk();
    }

    @Override
    public void connectTrunk(TrunkRequest request) throws RelayRefusedException {
        relay.connectTrunk(request);
    }

    @Override
    public void removeTrunk(TrunkId id) {
        relay.removeTrunk(id);
    }

    @Override
    public void closeRoom(String room) {
        relay.closeRoom(room);
    }

    @Override
    public InetSocketAddress localAddress() {
        return relay.localAddress();
    }
}
