package org.whodis.relay.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.media.Datagram;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsWarmUp;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.Relay;
import org.whodis.relay.RelayCounters;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayOutput;
import org.whodis.relay.RelayRefusedException;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRequest;

/**
 * A {@link Relay} on one UDP port: receive, feed, drain, send, on one platform thread. All methods may be called from any
 * thread.
 *
 * <p>A fault that one datagram has set off is logged and the thread goes on. An {@link Error}, or a port that is gone, ends
 * it: what is left of the core cannot be trusted then. That is never silent: {@link #isAlive} says so, and whoever asked
 * to be told is, so that it can call {@link #restart}.
 */
public final class UdpRelay implements AutoCloseable {
    /** Commands that may wait for the relay's thread: a burst of calls, not a backlog. */
    private static final int MAX_COMMANDS = 1024;

    /** How long whoever wants something of the relay's thread waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Datagrams taken in before timers and commands have their turn. */
    private static final int BATCH = 64;

    /** About half a second of 500 members talking; the system grants what its limits allow. */
    private static final int SOCKET_BUFFER = 4 << 20;

    private static final System.Logger LOG = System.getLogger(UdpRelay.class.getName());

    private final InetSocketAddress bind;
    private final RelayLimits limits;
    private final RandomBytes random;
    private final Consumer<RelayEvent> events;
    private volatile @Nullable Running running;
    private volatile Runnable died = () -> {};
    private volatile @Nullable Thread ending;
    private final AtomicLong turns = new AtomicLong();

    /** What exists between {@link #start} and {@link #close}. */
    private record Running(
            DatagramChannel channel,
            Selector selector,
            Relay relay,
            BlockingQueue<Command> commands,
            InetSocketAddress address,
            Thread thread) {}

    /** What other threads want done to the core, by the thread that owns it. */
    private sealed interface Command {
        record Create(MemberRequest request, CompletableFuture<RelayMember> result) implements Command {}

        record Reserve(CompletableFuture<Integer> result) implements Command {}

        record Connect(TrunkRequest request, CompletableFuture<Boolean> result) implements Command {}

        record Remove(MemberId id) implements Command {}

        record RemoveTrunk(TrunkId id) implements Command {}

        record Close(String room) implements Command {}
    }

    /**
     * A relay that has not started.
     *
     * @param bind address and port; port 0 lets the system choose
     * @param random may be called from any thread
     * @param events called on the relay's thread; must return at once
     */
    public UdpRelay(InetSocketAddress bind, RelayLimits limits, RandomBytes random, Consumer<RelayEvent> events) {
        this.bind = bind;
        this.limits = limits;
        this.random = random;
        this.events = events;
    }

    /**
     * Makes the relay's certificate, binds the port and starts the thread. Another thread warms the handshake up meanwhile,
     * which takes a second or so: an office need not wait for it, and whoever calls sooner finds it cold.
     *
     * @throws IOException if the port cannot be bound
     */
    public synchronized void start() throws IOException {
        if (running != null) {
            throw new IllegalStateException("started before");
        }
        start(bind);
        Thread.ofPlatform().name("relay-warm-up").daemon().start(() -> DtlsWarmUp.run(random));
    }

    /**
     * Ends this run, however it is, and begins another: on the same port if that can be had, else on any. All members,
     * trunks and the certificate are gone. What was asked for and not done yet is done by the new run.
     *
     * @throws IOException if no port can be bound
     * @throws IllegalStateException if it is not started, or closed
     */
    public void restart() throws IOException {
        restart(PATIENCE);
    }

    /** As {@link #restart}, of a run whose thread is known to be stuck: it is left behind without being waited for. */
    public void restartStuck() throws IOException {
        restart(Duration.ZERO);
    }

    private synchronized void restart(Duration patience) throws IOException {
        Running before = requireRunning();
        end(patience);
        try {
            start(before.address());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the relay's port is taken; taking another", e);
            start(new InetSocketAddress(before.address().getAddress(), 0));
        }
        Running now = requireRunning();
        before.commands().drainTo(now.commands());
        now.selector().wakeup();
    }

    /** {@code listener} is called when a run has ended by itself, on the thread that ends; must return at once. */
    public void onDeath(Runnable listener) {
        died = listener;
    }

    /** Whether the relay runs now. */
    public boolean isAlive() {
        Running current = running;
        return current != null && current.channel().isOpen() && current.thread().isAlive();
    }

    /** Asks the thread for a sign of life: {@link #turns} rises soon. */
    public void nudge() {
        Running current = running;
        if (current != null) {
            current.selector().wakeup();
        }
    }

    /** How often the thread has gone round; one that stands still although it was {@linkplain #nudge nudged} is stuck. */
    public long turns() {
        return turns.get();
    }

    private void start(InetSocketAddress bind) throws IOException {
        Selector selector = Selector.open();
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            channel.bind(bind);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            channel.close();
            selector.close();
            throw e;
        }
        Relay relay = new Relay(limits, DtlsIdentity.generate(random), random, selector::wakeup);
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        // A daemon: a thread that is stuck must not keep the process.
        BlockingQueue<Command> commands = new ArrayBlockingQueue<>(MAX_COMMANDS);
        Thread thread =
                Thread.ofPlatform().name("relay").daemon().unstarted(() -> run(channel, selector, relay, commands));
        running = new Running(channel, selector, relay, commands, address, thread);
        thread.start();
    }

    /** Stops the thread and closes the port; members are forgotten, nobody is told. Returns when it is done. */
    @Override
    public synchronized void close() {
        if (running != null) {
            end(PATIENCE);
            running = null;
        }
    }

    private void end(Duration patience) {
        Running current = requireRunning();
        // From now on the thread knows that it was meant to end.
        ending = current.thread();
        try {
            current.channel().close();
            current.selector().wakeup();
            if (!current.thread().join(patience)) {
                LOG.log(System.Logger.Level.ERROR, "the relay's thread is stuck and was left behind");
            }
            current.selector().close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the relay's port", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it listens. */
    public InetSocketAddress localAddress() {
        return requireRunning().address();
    }

    /** Of the certificate of this run. */
    public Fingerprint fingerprint() {
        return requireRunning().relay().fingerprint();
    }

    /** See {@link Relay#createMember}. Waits for the relay's thread, at most two seconds. */
    public RelayMember createMember(MemberRequest request) throws RelayRefusedException {
        CompletableFuture<RelayMember> result = new CompletableFuture<>();
        return ask(new Command.Create(request, result), result);
    }

    /** See {@link Relay#reserveTrunk}. Waits for the relay's thread, at most two seconds. */
    public int reserveTrunk() throws RelayRefusedException {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        return ask(new Command.Reserve(result), result);
    }

    /** See {@link Relay#connectTrunk}. Waits for the relay's thread, at most two seconds. */
    public void connectTrunk(TrunkRequest request) throws RelayRefusedException {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        ask(new Command.Connect(request, result), result);
    }

    private <T> T ask(Command command, CompletableFuture<T> result) throws RelayRefusedException {
        if (!isAlive() || !submit(command)) {
            throw new RelayRefusedException(RelayRefusedException.Reason.UNAVAILABLE);
        }
        try {
            return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RelayRefusedException refused) {
                throw new RelayRefusedException(refused.reason());
            }
            throw new IllegalStateException("asking the relay", e);
        } catch (TimeoutException e) {
            // It may be done yet; then nobody knows of it, and it expires.
            result.cancel(false);
            throw new RelayRefusedException(RelayRefusedException.Reason.UNAVAILABLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RelayRefusedException(RelayRefusedException.Reason.UNAVAILABLE);
        }
    }

    /** See {@link Relay#removeMember}. Waits only if {@value #MAX_COMMANDS} commands are waiting. */
    public void removeMember(MemberId id) {
        submit(new Command.Remove(id));
    }

    /** See {@link Relay#removeTrunk}. Waits only if {@value #MAX_COMMANDS} commands are waiting. */
    public void removeTrunk(TrunkId id) {
        submit(new Command.RemoveTrunk(id));
    }

    /** See {@link Relay#closeRoom}. Waits only if {@value #MAX_COMMANDS} commands are waiting. */
    public void closeRoom(String room) {
        submit(new Command.Close(room));
    }

    public RelayCounters.Snapshot counters() {
        return requireRunning().relay().counters().snapshot();
    }

    private boolean submit(Command command) {
        Running current = running;
        if (current == null) {
            return false;
        }
        try {
            boolean taken = current.commands().offer(command, PATIENCE.toSeconds(), TimeUnit.SECONDS);
            current.selector().wakeup();
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Running requireRunning() {
        Running current = running;
        if (current == null) {
            throw new IllegalStateException("the relay is not running");
        }
        return current;
    }

    private void run(DatagramChannel channel, Selector selector, Relay relay, BlockingQueue<Command> commands) {
        try {
            serve(channel, selector, relay, commands);
        } catch (Throwable e) {
            // An Error: memory that is used up, a class that cannot be loaded. Nothing of this run is used any more.
            tell(e);
        } finally {
            try {
                channel.close();
                // The port is free only when the selector has let go of it.
                selector.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "closing the relay's port", e);
            }
            if (!Thread.currentThread().equals(ending)) {
                died.run();
            }
        }
    }

    private static void tell(Throwable e) {
        try {
            LOG.log(System.Logger.Level.ERROR, "the relay has died", e);
        } catch (Throwable ignored) {
            // There may be no memory left to say it with; the death itself is told in any case.
        }
    }

    private void serve(DatagramChannel channel, Selector selector, Relay relay, BlockingQueue<Command> commands) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        // A selector does not wait in a thread that was interrupted: going on would take a whole core.
        while (channel.isOpen() && selector.isOpen() && !Thread.currentThread().isInterrupted()) {
            turns.incrementAndGet();
            try {
                obeyCommands(relay, channel, commands);
                relay.handleTimeout(System.nanoTime());
                long deadline = drain(channel, relay, buffer);
                await(selector, deadline);
                receive(channel, relay, buffer);
            } catch (IOException e) {
                if (channel.isOpen()) {
                    LOG.log(System.Logger.Level.WARNING, "the relay's port", e);
                }
            } catch (ClosedSelectorException e) {
                // Another run has taken this one's place, which was taken for stuck.
                return;
            } catch (RuntimeException e) {
                // A fault of ours that one datagram or member has set off must not end the calls of all others.
                LOG.log(System.Logger.Level.ERROR, "a fault in the relay", e);
            }
        }
    }

    private static void obeyCommands(Relay relay, DatagramChannel channel, BlockingQueue<Command> commands) {
        // A run that was left behind does nothing more: what it would give out is of no use to anybody.
        while (channel.isOpen()) {
            switch (commands.poll()) {
                case null -> {
                    return;
                }
                case Command.Create(MemberRequest request, CompletableFuture<RelayMember> result) ->
                    answer(result, () -> relay.createMember(request, System.nanoTime()));
                case Command.Reserve(CompletableFuture<Integer> result) ->
                    answer(result, () -> relay.reserveTrunk(System.nanoTime()));
                case Command.Connect(TrunkRequest request, CompletableFuture<Boolean> result) ->
                    answer(result, () -> {
                        relay.connectTrunk(request, System.nanoTime());
                        return true;
                    });
                case Command.RemoveTrunk(TrunkId id) -> relay.removeTrunk(id);
                case Command.Remove(MemberId id) -> relay.removeMember(id);
                case Command.Close(String room) -> relay.closeRoom(room);
            }
        }
    }

    private interface Act<T> {
        T run() throws RelayRefusedException;
    }

    private static <T> void answer(CompletableFuture<T> result, Act<T> act) {
        if (result.isCancelled()) {
            return;
        }
        try {
            result.complete(act.run());
        } catch (RelayRefusedException e) {
            result.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
            throw e;
        }
    }

    /** Waits for a datagram, a wake-up or the deadline. */
    private static void await(Selector selector, long deadline) throws IOException {
        long waitNanos = deadline - System.nanoTime();
        if (deadline == RelayOutput.Timeout.NEVER) {
            selector.select();
        } else if (waitNanos <= 0) {
            selector.selectNow();
        } else {
            selector.select(waitNanos / 1_000_000 + 1);
        }
        selector.selectedKeys().clear();
    }

    private void receive(DatagramChannel channel, Relay relay, ByteBuffer buffer) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            buffer.clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
            if (from == null) {
                return;
            }
            buffer.flip();
            byte[] datagram = new byte[buffer.remaining()];
            buffer.get(datagram);
            relay.handle(datagram, from, System.nanoTime());
            drain(channel, relay, buffer);
        }
    }

    /** Returns the deadline. */
    private long drain(DatagramChannel channel, Relay relay, ByteBuffer buffer) throws IOException {
        while (true) {
            switch (relay.poll()) {
                case RelayOutput.Transmit(Datagram datagram) -> send(channel, relay, buffer, datagram);
                case RelayOutput.Event(RelayEvent event) -> {
                    // Of a run that was left behind nobody wants to hear: its members may be others' by now.
                    if (channel.isOpen()) {
                        events.accept(event);
                    }
                }
                case RelayOutput.Timeout(long atNanos) -> {
                    return atNanos;
                }
            }
        }
    }

    private static void send(DatagramChannel channel, Relay relay, ByteBuffer buffer, Datagram datagram)
            throws IOException {
        buffer.clear();
        buffer.put(datagram.bytes()).flip();
        try {
            if (channel.send(buffer, datagram.remote()) == 0) {
                relay.counters().notSent();
            }
        } catch (IOException e) {
            // One address that cannot be reached is no fault of the port.
            if (!channel.isOpen()) {
                throw e;
            }
            relay.counters().notSent();
        }
    }
}
