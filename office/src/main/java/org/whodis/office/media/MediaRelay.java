package org.whodis.office.media;

import java.net.InetSocketAddress;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRequest;

/** What the office asks of its relay. */
public interface MediaRelay {
    RelayMember createMember(MemberRequest request) throws RelayRefusedException;

    void removeMember(MemberId id);

    int reserveTrunk() throws RelayRefusedException;

    void connectTrunk(TrunkRequest request) throws RelayRefusedException;

    void removeTrunk(TrunkId id);

    void closeRoom(String room);

    InetSocketAddress localAddress();
}
