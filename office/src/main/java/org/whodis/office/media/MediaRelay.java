package org.whodis.office.media;

import java.net.InetSocketAddress;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;

/** What the office asks of its relay. */
public interface MediaRelay {
    RelayMember createMember(MemberRequest request) throws RelayRefusedException;

    void removeMember(MemberId id);

    void closeRoom(String room);

    InetSocketAddress localAddress();
}
