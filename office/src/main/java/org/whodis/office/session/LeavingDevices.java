package org.whodis.office.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.call.CallRecord;
import org.whodis.office.enrol.LinkDesk;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.federation.RemoteOffice;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.media.TurnGate;
import org.whodis.office.store.PeerStore.Outgoing;
import org.whodis.office.store.Store.Transaction;

/**
 * Puts devices that were taken out of their chains out of everything at once: of their sessions, queues and calls, of the
 * relay and TURN, here and at the offices at the other end of their calls. What is written is written with the longer chain, in one
 * transaction; whoever crashes between has nothing of the device left but what dies with the program.
 *
 * <p>The devices at the other end end such a call themselves, by the chain: this office cannot speak in its person's name, and
 * need not be believed.
 */
public final class LeavingDevices implements LinkDesk.Leaving, PeerHandler.Durable {
    private final OfficeContext office;
    private final Sessions sessions;
    private final Switchboard switchboard;
    private final RoomKeeper rooms;
    private final TurnGate turn;
    private final PeerLink peers;

    public LeavingDevices(
            OfficeContext office,
            Sessions sessions,
            Switchboard switchboard,
            RoomKeeper rooms,
            TurnGate turn,
            PeerLink peers) {
        this.office = office;
        this.sessions = sessions;
        this.switchboard = switchboard;
        this.rooms = rooms;
        this.turn = turn;
        this.peers = peers;
    }

    @Override
    public LinkDesk.Gone leaves(Transaction transaction, VerifiedChain chain, DeviceId device) {
        Bytes news = chain.wire().encode();
        List<Switchboard.Result> ended = new ArrayList<>();
        Map<OfficeDomain, Bytes> others = new LinkedHashMap<>();
        for (CallRecord call : transaction.calls().openOf(device)) {
            ended.add(switchboard.end(transaction, call, office.moment()));
            if (call.other() != null) {
                others.put(call.other().domain(), call.other().officeKey());
            }
        }
        List<Outgoing> told = new ArrayList<>();
        others.forEach((domain, key) -> {
            Outgoing outgoing =
                    peers.prepare(domain, key, PeerType.CHAIN_NEWS, news, office.now() + PeerLink.MAX_DEADLINE_MILLIS);
            transaction.peers().enqueue(outgoing);
            told.add(outgoing);
        });
        return () -> {
            sessions.revoked(device, chain.wire());
            for (Switchboard.Result result : ended) {
                var _ = switchboard.afterwards(result);
            }
            rooms.evict(device);
            turn.shut(device);
            for (Outgoing each : told) {
                var _ = peers.send(each);
            }
        };
    }

    /** Another office says that devices of one of its people are out: their calls with this office's people end. */
    @Override
    public Work prepare(RemoteOffice from, PeerRequest request) {
        VerifiedChain chain;
        try {
            chain = UnverifiedChain.decode(request.body()).verify(office.primitives(), from.vouching());
        } catch (DecodeException malformed) {
            office.metrics().malformedMessage();
            return Work.answer(new PeerAnswer.Refused(Refusal.MALFORMED));
        } catch (IdentityException refused) {
            return Work.answer(new PeerAnswer.Refused(Refusal.NOT_ALLOWED));
        }
        return (transaction, now) -> {
            List<Switchboard.Result> ended = new ArrayList<>();
            Set<DeviceId> concerned = new LinkedHashSet<>();
            for (VerifiedChain.RevokedDevice each : chain.revoked()) {
                for (CallRecord call : transaction.calls().openOf(each.device().id())) {
                    boolean isTheirs = call.other() != null
                            && call.other().domain().equals(from.domain())
                            && call.isElsewhere(chain.principal());
                    if (isTheirs) {
                        ended.add(switchboard.end(transaction, call, now));
                        PrincipalId here = call.caller().equals(chain.principal()) ? call.callee() : call.caller();
                        concerned.addAll(transaction.principals().devices(here));
                    }
                }
            }
            PeerAnswer answer = new PeerAnswer.Applied(Bytes.EMPTY);
            return ended.isEmpty()
                    ? Result.nothing(answer, 0)
                    : Result.applied(answer, () -> {
                        concerned.forEach(device -> sessions.personNews(device, chain.wire()));
                        for (Switchboard.Result result : ended) {
                            var _ = switchboard.afterwards(result);
                        }
                    });
        };
    }
}
