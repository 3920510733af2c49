package org.whodis.office.federation;

import org.whodis.core.federation.PeerException;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerIdentity;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.http.MessageSocket;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.store.StoreException;

/**
 * One connection with another office, whoever dialled.
 *
 * <pre>
 *   AwaitingGreeting  --greeting that holds--> AwaitingProof     this side dialled
 *   AwaitingProof     --proof that holds-----> Ready
 *   AwaitingOpening   --opening that holds---> Ready             the other side dialled
 *   Ready             --requests, answers----> Ready
 *   any               --anything else--------> Closed
 * </pre>
 */
final class PeerConnection implements MessageSocket.Listener {
    private final Peers peers;
    private final MessageSocket socket;
    private final boolean isDialled;
    private final Bytes ownKey;
    private State state;
    private volatile long lastHeard;

    private sealed interface State {}

    private record AwaitingGreeting(PeerHandshake.Dialler handshake) implements State {}

    private record AwaitingProof(PeerHandshake.Dialler handshake) implements State {}

    private record AwaitingOpening(PeerHandshake.Acceptor handshake) implements State {}

    private record Ready(Peer peer, RemoteOffice office) implements State {}

    private record Closed() implements State {}

    /** This side has dialled {@code domain} and waits to be greeted. */
    static PeerConnection dialled(Peers peers, MessageSocket socket, OfficeDomain domain, Bytes tlsSpkiSha256) {
        PeerHandshake.Self self = peers.self();
        return new PeerConnection(
                peers,
                socket,
                true,
                self,
                new AwaitingGreeting(
                        new PeerHandshake.Dialler(peers.office().primitives(), self, domain, tlsSpkiSha256)));
    }

    /** The other side has dialled: it is greeted. */
    static PeerConnection accepted(Peers peers, MessageSocket socket, PeerHandshake.Self self, Bytes tlsSpkiSha256) {
        PeerHandshake.Acceptor handshake = new PeerHandshake.Acceptor(
                peers.office().primitives(), peers.office().random(), self, tlsSpkiSha256);
        PeerConnection connection = new PeerConnection(peers, socket, false, self, new AwaitingOpening(handshake));
        connection.send(handshake.greeting());
        return connection;
    }

    private PeerConnection(Peers peers, MessageSocket socket, boolean isDialled, PeerHandshake.Self self, State state) {
        this.ownKey = self.key().publicKey().keyHash(peers.office().primitives());
        this.peers = peers;
        this.socket = socket;
        this.isDialled = isDialled;
        this.state = state;
        this.lastHeard = peers.office().time().nanos();
    }

    boolean isDialled() {
        return isDialled;
    }

    /** When the last whole message came, by {@code OfficeTime.nanos}. */
    long lastHeard() {
        return lastHeard;
    }

    boolean send(PeerFrame frame) {
        return socket.send(frame.encode());
    }

    boolean isWritable() {
        return socket.isWritable();
    }

    void close(CloseCode code) {
        socket.close(code);
    }

    @Override
    public void message(Bytes message) throws InterruptedException {
        lastHeard = peers.office().time().nanos();
        try {
            handle(PeerFrame.decode(message));
        } catch (DecodeException e) {
            peers.office().metrics().malformedMessage();
            refuse(PeerRefusal.MALFORMED, CloseCode.PROTOCOL);
        } catch (PeerException e) {
            refuse(e.refusal(), CloseCode.NOT_AUTHENTICATED);
        } catch (StoreException e) {
            // Not answered, so it comes again over the next connection.
            peers.office().metrics().handlerFailed("peer", e);
            close(CloseCode.FAULT);
        }
    }

    @Override
    public void writable() {
        if (state instanceof Ready ready) {
            ready.peer().pump();
        }
    }

    @Override
    public void closed() {
        switch (state) {
            case Ready ready -> ready.peer().lost(this);
            case AwaitingGreeting _, AwaitingProof _ -> peers.dialDone(this, PeerRefusal.UNREACHABLE);
            case AwaitingOpening _, Closed _ -> {}
        }
        state = new Closed();
    }

    private void handle(PeerFrame frame) throws PeerException, InterruptedException {
        switch (state) {
            case AwaitingGreeting(PeerHandshake.Dialler handshake)
            when frame instanceof PeerFrame.Greeting greeting -> {
                PeerIdentity identity = handshake.greeted(greeting);
                state = new AwaitingProof(handshake);
                peers.admission().requireAllowed(identity.domain());
                send(handshake.opening(greeting, peers.office().random()));
            }
            case AwaitingProof(PeerHandshake.Dialler handshake)
            when frame instanceof PeerFrame.Proof proof -> {
                RemoteOffice admitted = peers.admission().dialled(handshake.proved(proof));
                socket.proven();
                ready(admitted);
            }
            case AwaitingOpening(PeerHandshake.Acceptor handshake)
            when frame instanceof PeerFrame.Opening opening -> {
                ready(admitted(handshake, handshake.opened(opening)));
            }
            case Ready(Peer peer, RemoteOffice office) -> peer.received(this, office, frame);
            case AwaitingGreeting _, AwaitingProof _, AwaitingOpening _ ->
                throw new PeerException(PeerRefusal.MALFORMED);
            case Closed _ -> {}
        }
    }

    /** An office whose key is held is told ours all the same: its operator needs the words that ours sees. */
    private RemoteOffice admitted(PeerHandshake.Acceptor handshake, PeerIdentity identity)
            throws PeerException, InterruptedException {
        try {
            RemoteOffice admitted = peers.admission().accepted(identity, socket.peer());
            // Before it is told: what it sends upon that is no stranger's any more.
            socket.proven();
            send(handshake.proof(peers.office().random()));
            return admitted;
        } catch (PeerException e) {
            if (e.refusal() == PeerRefusal.KEY_HELD) {
                send(handshake.proof(peers.office().random()));
            }
            throw e;
        }
    }

    private void ready(RemoteOffice admitted) throws PeerException, InterruptedException {
        Peer peer = peers.kept(admitted.domain());
        if (peer == null) {
            throw new PeerException(PeerRefusal.TOO_MANY);
        }
        state = new Ready(peer, admitted);
        peers.office().metrics().peerConnected();
        peers.office()
                .log()
                .info("peer.connected", "dialled", isDialled, "version", admitted.version(), "tls", socket.tlsGroup());
        peers.dialDone(this, null);
        peer.ready(this, admitted);
        if (!ownKey.equals(peers.office().officeKey())) {
            // This office has changed its key meanwhile, and ended the connections that there were by then.
            close(CloseCode.GOING_AWAY);
        }
        peers.admission().takeBackIfHeard(admitted.domain());
    }

    private void refuse(PeerRefusal refusal, CloseCode code) {
        peers.office().metrics().peerRefused(refusal);
        peers.office().log().warn("peer.refused", "reason", refusal);
        peers.dialDone(this, refusal);
        State before = state;
        state = new Closed();
        close(code);
        if (before instanceof Ready ready) {
            // Or the office would be taken for connected, and never be dialled again.
            ready.peer().lost(this);
        }
    }
}
