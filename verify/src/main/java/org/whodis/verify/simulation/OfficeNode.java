package org.whodis.verify.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerType;
import org.whodis.core.federation.VersionRange;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.CallId;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeTime;
import org.whodis.office.OwnKeys;
import org.whodis.office.call.CallRecord;
import org.whodis.office.enrol.LinkDesk;
import org.whodis.office.federation.FederationConfig;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.federation.Peers;
import org.whodis.office.http.MessageSocket;
import org.whodis.office.line.ConstantAnswers;
import org.whodis.office.line.IncidentBook;
import org.whodis.office.line.LineDesk;
import org.whodis.office.line.LineGate;
import org.whodis.office.line.LineTeller;
import org.whodis.office.line.PeerLines;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.media.TrunkKeeper;
import org.whodis.office.media.TurnGate;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.session.LeavingDevices;
import org.whodis.office.session.PeerCalls;
import org.whodis.office.session.SessionAcceptor;
import org.whodis.office.session.SessionParts;
import org.whodis.office.session.Sessions;
import org.whodis.office.session.Switchboard;
import org.whodis.office.store.LineStore;
import org.whodis.office.store.OfficeStore;

/**
 * An office: the production code from the session of a device down to the tables, on a {@link Disk} of its own, behind
 * {@link Wire}s instead of sockets. Its process can die and begin anew; its disk stays.
 */
final class OfficeNode implements OfficeLink.Program {
    private static final long TICK_MILLIS = 250;
    private static final long PRUNE_MILLIS = 60_000;

    /** As {@code OfficeTime} puts up with. */
    private static final long JUMP_MILLIS = 1_000;

    private static final EventLog LOG = new EventLog();

    /** Names lead anywhere: the simulated network goes by the name itself. */
    private static final FederationConfig FEDERATION =
            FederationConfig.DEFAULT.withResolver(_ -> List.of(InetAddress.getLoopbackAddress()));

    final Cast.Firm firm;
    final RelayNode relay;
    private final World world;
    private final String name;
    private final Disk disk = new Disk();
    private final Set<Wire> wires = new LinkedHashSet<>();
    private final Set<OfficeLink.End> links = new LinkedHashSet<>();
    private final Random chance;
    private @Nullable Program process;
    private int starts;
    private long clockIsOff;
    private long timeIsAhead;
    private boolean hasJumped;
    private OfficeLink.@Nullable End linkInUse;
    private long linkedSince = Long.MAX_VALUE;

    /** One run of the office's program. */
    private record Program(
            OfficeContext context,
            Sessions sessions,
            RoomKeeper rooms,
            Switchboard switchboard,
            SessionAcceptor acceptor,
            IncidentBook incidents,
            TrunkKeeper trunks,
            @Nullable Federation federation) {}

    /** What an office has besides where there are others. */
    private record Federation(Peers peers, MessageSocket.Acceptor acceptor) {}

    /** What is done in the office's process. */
    interface Step {
        void run() throws InterruptedException;
    }

    OfficeNode(World world, String name, Cast.Firm firm, List<Cast.Person> people) {
        this.world = world;
        this.name = name;
        this.firm = firm;
        this.chance = world.stream("office " + name);
        this.relay = new RelayNode(world, name, firm.domain.value());
        run(() -> disk.transact(transaction -> {
            transaction.office().add(new OfficeStore.Identity(firm.domain, firm.keyHash, World.BEGIN));
            for (Cast.Person person : people) {
                transaction.principals().add(person.chains.getFirst(), World.BEGIN);
                person.chains.stream().skip(1).forEach(transaction.principals()::extend);
            }
            for (GivenLine line : world.lines().all()) {
                if (line.issuer.firm == firm) {
                    transaction.lines().add(line.facts(), World.BEGIN - 1_000, line.issue.encode());
                }
            }
            return true;
        }));
        start();
    }

    @Override
    public String name() {
        return name;
    }

    boolean isRunning(int run) {
        return process != null && run == starts;
    }

    boolean isUp() {
        return process != null;
    }

    long clock() {
        return world.now() + clockIsOff;
    }

    void clockIsOff(long millis) {
        hasJumped |= millis != clockIsOff;
        clockIsOff = millis;
    }

    /** Whether its clock was ever wrong. */
    boolean hasJumped() {
        return hasJumped;
    }

    /** Runs a step of the office's process; the power may go in the middle of it. */
    void run(Step step) {
        try {
            step.run();
        } catch (Disk.PowerCut dead) {
            die();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    void accept(Wire wire) {
        Program now = process;
        if (now == null) {
            throw new IllegalStateException("nobody listens");
        }
        wires.add(wire);
        run(() -> {
            MessageSocket.Listener listener = now.acceptor().accept(wire.socket());
            wire.listener(listener);
        });
    }

    void forget(Wire wire) {
        wires.remove(wire);
    }

    // Connections with other offices ----------------------------------------------------------------------------------

    /** Another office has dialled. */
    void accept(OfficeLink.End end) {
        Program now = process;
        Federation federation = now == null ? null : now.federation();
        if (federation == null) {
            throw new IllegalStateException("no office listens");
        }
        links.add(end);
        run(end, () -> end.listener(federation.acceptor().accept(end)));
    }

    /** This office has dialled. */
    void linked(OfficeLink.End end) {
        links.add(end);
    }

    @Override
    public void run(OfficeLink.End end, Step step) {
        OfficeLink.End before = linkInUse;
        linkInUse = end;
        run(step);
        linkInUse = before;
    }

    @Override
    public List<Bytes> say(OfficeLink.End end, Bytes message) {
        Meddler meddler = world.meddler(this);
        return meddler == null ? List.of(message) : meddler.meddle(end, message);
    }

    @Override
    public void forget(OfficeLink.End end) {
        links.remove(end);
    }

    List<OfficeLink.End> links() {
        return new ArrayList<>(links);
    }

    /** Since when it has had its present connection with the other office; {@link Long#MAX_VALUE} without one. */
    long linkedSince() {
        return linkedSince;
    }

    /** The program believes that {@code domain} is at the other end of the connection that it has just read from. */
    private void connection(OfficeDomain domain, boolean isUp) {
        OfficeLink.End end = linkInUse;
        if (!isUp) {
            linkedSince = Long.MAX_VALUE;
            return;
        }
        world.judge().admitted(this, end == null ? null : end.far().program(), domain);
        if (world.officeAt(domain.value()) != null) {
            linkedSince = world.now();
        }
        world.timeline().fault(world.now(), name + " is connected with " + domain);
    }

    /** How many requests wait for the other office. */
    int waitingFor(OfficeNode other) {
        Integer count = look(transaction -> transaction.peers().queued(other.firm.domain));
        return count == null ? 0 : count;
    }

    /** Whether this office has applied an envelope. */
    boolean knows(EnvelopeId id) {
        return Boolean.TRUE.equals(look(transaction -> transaction.envelopes().isKnown(id)));
    }

    // Its process -----------------------------------------------------------------------------------------------------

    void proven(Wire wire) {
        world.judge().proven(wire);
    }

    /** What really goes out when the office's code says {@code message} to a device. */
    List<Bytes> say(Wire wire, Bytes message) {
        Meddler meddler = world.meddler(this);
        List<Bytes> said = meddler == null ? List.of(message) : meddler.meddle(wire, message);
        for (Bytes each : said) {
            world.judge().officeSays(this, wire, each);
        }
        return said;
    }

    /** Dies within the next transaction, or now if that is not to be. */
    void dieSoon() {
        switch (chance.nextInt(3)) {
            case 0 -> disk.goesOff(Disk.Power.OFF_BEFORE_COMMIT);
            case 1 -> disk.goesOff(Disk.Power.OFF_AFTER_COMMIT);
            default -> die();
        }
    }

    void dieNow() {
        die();
    }

    void startIfDead() {
        if (disk.isArmed()) {
            disk.afterCrash();
        }
        if (process == null) {
            start();
        }
    }

    private void die() {
        if (process == null) {
            return;
        }
        world.timeline().fault(world.now(), "office " + name + " dies");
        process = null;
        disk.afterCrash();
        relay.died();
        List.copyOf(wires).forEach(Wire::officeDied);
        wires.clear();
        List.copyOf(links).forEach(OfficeLink.End::died);
        links.clear();
        linkedSince = Long.MAX_VALUE;
        world.judge().officeDied(this);
        startLater();
    }

    private void startLater() {
        world.in(500 + chance.nextInt(20_000), () -> {
            if (process == null) {
                start();
            }
        });
    }

    private void start() {
        try {
            begin();
        } catch (Disk.PowerCut dead) {
            // Before it did anything.
            disk.afterCrash();
            startLater();
        }
    }

    private void begin() {
        int mine = ++starts;
        OfficeTime time = resumed(mine);
        OfficeContext context = new OfficeContext(
                firm.domain,
                OwnKeys.only(world.primitives(), firm.key),
                disk,
                world.primitives(),
                Cast.bytes(world.mix("office " + name + " " + starts)),
                new Clock(),
                time,
                new OfficeMetrics(LOG),
                LOG);
        Sessions sessions = new Sessions(context);
        Peers peers = world.isFederated() ? Peers.over(context, FEDERATION, new OfficeWires(world, this, mine)) : null;
        PeerLink others = peers == null ? new NoOtherOffices() : new WatchedPeers(world, this, mine, peers);
        TrunkKeeper trunks = new TrunkKeeper(
                context,
                relay,
                (_, _) -> null,
                others,
                (_, port) -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        // Nobody here uses it, so that it needs neither secrets nor a clock.
        TurnGate turn = new TurnGate(firm.domain.value(), byte[]::new, () -> 0, relay);
        RoomKeeper rooms = new RoomKeeper(context, relay, (_, _) -> null, sessions::mediaLost, trunks, turn);
        LineTeller teller = (principal, news) -> {
            for (DeviceId device :
                    disk.transact(transaction -> transaction.principals().devices(principal))) {
                sessions.lineNews(device, news);
            }
        };
        IncidentBook incidents = new IncidentBook(context, teller);
        ConstantAnswers answers = new ConstantAnswers((at, action) -> later(mine, at, action));
        LineGate gate = new LineGate(context, incidents);
        LineDesk desk = new LineDesk(context, answers, incidents, teller);
        Switchboard switchboard = new Switchboard(context, sessions, rooms, gate, teller, others);
        desk.sendsBy(switchboard::sendToDesk);
        LeavingDevices leaving = new LeavingDevices(context, sessions, switchboard, rooms, turn, others);
        Federation federation = null;
        if (peers != null) {
            PeerLines.connect(context, desk, others);
            others.onRequest(PeerType.ENVELOPE, new PeerCalls(context, switchboard, gate));
            others.onRequest(PeerType.CHAIN_NEWS, leaving);
            others.onConnection(this::connection);
            PeerHandshake.Self self =
                    new PeerHandshake.Self(firm.domain, firm.key, firm.descriptor, VersionRange.CURRENT);
            federation =
                    new Federation(peers, peers.route(self, firm.tlsSpkiSha256).acceptor());
        }
        SessionParts parts = new SessionParts(
                sessions,
                switchboard,
                rooms,
                new LinkDesk(context, sessions::linkArrived, sessions::personNews, leaving),
                desk,
                answers);
        process = new Program(
                context,
                sessions,
                rooms,
                switchboard,
                new SessionAcceptor(context, parts, firm.descriptor, firm.tlsSpkiSha256),
                incidents,
                trunks,
                federation);
        relay.started(rooms);
        if (starts > 1) {
            world.timeline().fault(world.now(), "office " + name + " is back");
        }
        if (peers != null) {
            run(peers::begin);
        }
        world.in(TICK_MILLIS, () -> tick(mine));
        world.in(PRUNE_MILLIS, () -> prune(mine));
    }

    /** Goes on as a restarted office does; the judge hears how much more time it believes to have passed than did. */
    private OfficeTime resumed(int run) {
        try {
            OfficeTime time = OfficeTime.resume(new Machine(run), new Clock(), disk);
            long ahead = time.millis() - world.now();
            if (starts > 1 && ahead > timeIsAhead + JUMP_MILLIS) {
                world.judge().skipped(this);
            }
            timeIsAhead = ahead;
            return time;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    /** In the time of the office's clock, as long as this run of its program lasts. */
    private ConstantAnswers.Cancel later(int run, long at, Runnable action) {
        boolean[] cancelled = new boolean[1];
        world.in(Math.max(0, at - clock()), () -> {
            if (!cancelled[0] && process != null && run == starts) {
                run(action::run);
            }
        });
        return () -> cancelled[0] = true;
    }

    private void tick(int run) {
        Program now = process;
        if (now != null && run == starts) {
            run(() -> {
                disk.flush();
                now.context().time().tick(disk);
                relay.expire();
                Federation federation = now.federation();
                if (federation != null) {
                    federation.peers().tick();
                }
                now.switchboard().tick();
                if (federation != null) {
                    now.trunks().tick();
                    now.incidents().flush();
                }
            });
            world.in(TICK_MILLIS, () -> tick(run));
        }
    }

    private void prune(int run) {
        Program now = process;
        if (now != null && run == starts) {
            run(now.switchboard()::prune);
            world.in(PRUNE_MILLIS, () -> prune(run));
        }
    }

    /** For the judge, who may look at the disk. */
    @Nullable
    CallRecord record(CallId call) {
        return look(transaction -> transaction.calls().find(call));
    }

    /** A line that somebody gives while the world lives, whose issuer sits at the desk from then on. */
    void enterLine(LineFacts line, SignedByDevice issue, PrincipalId issuer) {
        look(transaction -> {
            transaction.lines().add(line, world.now(), issue.encode());
            transaction.desk().add(issuer, world.now());
            return true;
        });
    }

    LineStore.@Nullable Line line(LineId id) {
        return look(transaction -> transaction.lines().find(id));
    }

    List<LineIncident> incidents(LineId id) {
        List<LineIncident> found = look(transaction -> transaction.lines().incidents(id, IssuedLine.MAX_INCIDENTS));
        return found == null ? List.of() : found;
    }

    /** Those that wait at its desk. */
    List<Bytes> knocks() {
        List<Bytes> found = look(transaction -> transaction.desk().knocks(clock(), LineDesk.MAX_KNOCKS));
        return found == null ? List.of() : found;
    }

    int queued(DeviceId device) {
        Integer count = look(transaction -> transaction.envelopes().queued(device));
        return count == null ? 0 : count;
    }

    int openCalls() {
        Integer count = look(transaction -> transaction.calls().countOpen());
        return count == null ? 0 : count;
    }

    /** Requests that failed by a fault of the office, in this run of its process. */
    boolean hasFaults() {
        Program now = process;
        return now != null && !now.context().metrics().registry().text().contains("whodis_faults_total 0");
    }

    List<Wire> wires() {
        return new ArrayList<>(wires);
    }

    private <T> @Nullable T look(org.whodis.office.store.Store.Work<T> work) {
        try {
            return disk.look(work);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    void close() {
        disk.close();
    }

    /** What one run of the office's program takes of its machine. */
    private final class Machine implements OfficeTime.Machine {
        private final int run;

        Machine(int run) {
            this.run = run;
        }

        @Override
        public long nanos() {
            return world.now() * 1_000_000;
        }

        @Override
        public void later(long millis, Runnable action) {
            world.in(Math.max(0, millis), () -> {
                if (process != null && run == starts) {
                    run(action::run);
                }
            });
        }
    }

    private final class Clock implements InstantSource {
        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(clock());
        }

        @Override
        public long millis() {
            return clock();
        }
    }
}
