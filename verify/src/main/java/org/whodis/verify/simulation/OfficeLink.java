package org.whodis.verify.simulation;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.MessageSocket;

/**
 * One WebSocket connection between two offices, as TLS leaves it: two streams of messages in order, each message as slow as
 * the network is, between two programs of which the one that was dialled has shown its certificate. While the network
 * between the offices is parted nothing moves and neither end is told.
 */
final class OfficeLink {
    private static final int OUTBOUND_BYTES = 4 << 20;
    private static final int WRITABLE_BYTES = OUTBOUND_BYTES / 4;

    private final World world;
    private final End dialler;
    private final End dialled;

    /** A program that has connections with offices. */
    interface Program {
        String name();

        /** Runs what was caused by the connection {@code end} in the program. */
        void run(End end, OfficeNode.Step step);

        /** What really goes out when the program says {@code message}. */
        List<Bytes> say(End end, Bytes message);

        void forget(End end);
    }

    OfficeLink(World world, Program dialler, Program dialled) {
        this.world = world;
        this.dialler = new End(dialler, true);
        this.dialled = new End(dialled, false);
    }

    End dialler() {
        return dialler;
    }

    End dialled() {
        return dialled;
    }

    /** The network ends it; both programs learn of it. */
    void cut() {
        dialler.gone();
        dialled.gone();
    }

    /** One program's end. */
    final class End implements MessageSocket {
        private final Program program;
        private final boolean isDialler;
        private final Deque<Bytes> incoming = new ArrayDeque<>();
        private long lastArrival;
        private int bytes;
        private boolean open = true;
        private boolean wasFull;
        private @Nullable Listener listener;

        private End(Program program, boolean isDialler) {
            this.program = program;
            this.isDialler = isDialler;
        }

        void listener(Listener accepted) {
            listener = accepted;
        }

        Program program() {
            return program;
        }

        boolean isDialler() {
            return isDialler;
        }

        End far() {
            return isDialler ? dialled : dialler;
        }

        OfficeLink link() {
            return OfficeLink.this;
        }

        boolean isOpen() {
            return open;
        }

        /** The program is dead, without a word. The other one learns of it when the network lets it. */
        void died() {
            open = false;
            listener = null;
            incoming.clear();
            world.in(world.network().delay(Network.OFFICES), far()::reset);
        }

        @Override
        public boolean send(Bytes message) {
            if (!open) {
                return false;
            }
            for (Bytes each : program.say(this, message)) {
                if (far().bytes + each.length() > OUTBOUND_BYTES) {
                    close(CloseCode.TOO_FAST);
                    return false;
                }
                far().put(each);
            }
            return true;
        }

        private void put(Bytes message) {
            incoming.add(message);
            bytes += message.length();
            far().wasFull |= bytes >= WRITABLE_BYTES;
            lastArrival = Math.max(lastArrival, world.now() + world.network().delay(Network.OFFICES));
            world.at(lastArrival, this::arrive);
        }

        private void arrive() {
            if (incoming.isEmpty()) {
                return;
            }
            if (world.network().isParted(Network.OFFICES)) {
                world.in(Network.RETRY_MILLIS, this::arrive);
                return;
            }
            if (!open) {
                // Nobody is there any more: the network says so to whoever still sends.
                incoming.clear();
                far().reset();
                return;
            }
            Bytes message = incoming.remove();
            bytes -= message.length();
            End sender = far();
            if (sender.wasFull && bytes < WRITABLE_BYTES) {
                sender.wasFull = false;
                Listener there = sender.listener;
                if (there != null) {
                    sender.program.run(sender, there::writable);
                }
            }
            Listener here = listener;
            if (here != null) {
                world.judge().betweenOffices(this, message);
                program.run(this, () -> here.message(message));
            }
        }

        private void reset() {
            if (open && world.network().isParted(Network.OFFICES)) {
                world.in(Network.RETRY_MILLIS, this::reset);
            } else {
                gone();
            }
        }

        private void gone() {
            if (open) {
                open = false;
                incoming.clear();
                Listener here = listener;
                listener = null;
                if (here != null) {
                    program.run(this, here::closed);
                }
                program.forget(this);
            }
        }

        @Override
        public boolean isWritable() {
            return far().bytes < WRITABLE_BYTES;
        }

        @Override
        public void close(CloseCode code) {
            // What is queued goes out before the close; each handler hears of the end afterwards.
            world.in(1, this::gone);
            world.at(Math.max(world.now(), far().lastArrival) + 1, far()::reset);
        }

        @Override
        public void proven() {
            // The limits for strangers are those of sockets.
        }

        @Override
        public InetAddress peer() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public String tlsGroup() {
            return "X25519MLKEM768";
        }
    }
}
