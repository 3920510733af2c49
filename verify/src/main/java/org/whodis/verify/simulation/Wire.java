package org.whodis.verify.simulation;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.MessageSocket;

/**
 * One WebSocket connection: two streams of messages in order, each message as slow as the network is. While the network
 * between the two is parted nothing moves; when the connection is cut, what was under way is gone, and each end learns of it.
 */
final class Wire {
    /** What the office has sent and the device has not taken; past it the connection is closed, as in production. */
    static final int OUTBOUND_BYTES = 1 << 20;

    private static final int WRITABLE_BYTES = OUTBOUND_BYTES / 4;

    /** How long an end that hears nothing keeps a connection whose other end is gone. */
    private static final long HALF_OPEN_MILLIS = 45_000;

    private final World world;
    private final OfficeNode office;
    private final String deviceName;
    private final DeviceEnd device;
    private final Lane toOffice = new Lane();
    private final Lane toDevice = new Lane();
    private boolean deviceOpen = true;
    private boolean officeOpen = true;
    private MessageSocket.@Nullable Listener listener;
    private boolean wasFull;

    /** What a device does with its connection. */
    interface DeviceEnd {
        void received(Bytes message);

        void closed();
    }

    private static final class Lane {
        final Deque<Bytes> messages = new ArrayDeque<>();
        long lastArrival;
        int bytes;
    }

    private Wire(World world, OfficeNode office, String deviceName, DeviceEnd device) {
        this.world = world;
        this.office = office;
        this.deviceName = deviceName;
        this.device = device;
    }

    /** Connects; the office speaks first. */
    static Wire open(World world, OfficeNode office, String deviceName, DeviceEnd device) {
        Wire wire = new Wire(world, office, deviceName, device);
        office.accept(wire);
        return wire;
    }

    void listener(MessageSocket.Listener accepted) {
        listener = accepted;
    }

    Socket socket() {
        return new Socket();
    }

    String deviceName() {
        return deviceName;
    }

    boolean isOpen() {
        return deviceOpen && officeOpen;
    }

    void send(Bytes message) {
        if (deviceOpen) {
            put(toOffice, message, this::arriveAtOffice);
        }
    }

    /** The device ends it, or is gone; the office learns of it when the network lets it. */
    void closeByDevice(boolean silently) {
        deviceOpen = false;
        toDevice.messages.clear();
        world.in(silently ? HALF_OPEN_MILLIS : world.network().delay(deviceName), this::closeAtOffice);
    }

    /** The network ends it, or the office's process: both ends learn of it. */
    void cut() {
        toOffice.messages.clear();
        toDevice.messages.clear();
        closeAtOffice();
        if (deviceOpen) {
            world.in(world.network().delay(deviceName), this::closeAtDevice);
        }
    }

    /** The office's process is gone with everything it held. */
    void officeDied() {
        officeOpen = false;
        listener = null;
        toDevice.messages.clear();
        world.in(world.network().delay(deviceName), this::closeAtDevice);
    }

    private void put(Lane lane, Bytes message, Runnable arrival) {
        lane.messages.add(message);
        lane.bytes += message.length();
        lane.lastArrival =
                Math.max(lane.lastArrival, world.now() + world.network().delay(deviceName));
        world.at(lane.lastArrival, arrival);
    }

    private void arriveAtOffice() {
        if (!officeOpen || toOffice.messages.isEmpty()) {
            return;
        }
        if (world.network().isParted(deviceName)) {
            world.in(Network.RETRY_MILLIS, this::arriveAtOffice);
            return;
        }
        Bytes message = toOffice.messages.remove();
        MessageSocket.Listener there = listener;
        if (there != null) {
            office.run(() -> there.message(message));
        }
    }

    private void arriveAtDevice() {
        if (!deviceOpen || toDevice.messages.isEmpty()) {
            return;
        }
        if (world.network().isParted(deviceName)) {
            world.in(Network.RETRY_MILLIS, this::arriveAtDevice);
            return;
        }
        Bytes message = toDevice.messages.remove();
        toDevice.bytes -= message.length();
        if (wasFull && toDevice.bytes < WRITABLE_BYTES) {
            wasFull = false;
            MessageSocket.Listener there = listener;
            if (officeOpen && there != null) {
                office.run(there::writable);
            }
        }
        device.received(message);
    }

    private void closeAtOffice() {
        if (officeOpen) {
            officeOpen = false;
            MessageSocket.Listener there = listener;
            listener = null;
            if (there != null) {
                office.run(there::closed);
            }
            office.forget(this);
        }
    }

    private void closeAtDevice() {
        if (deviceOpen) {
            deviceOpen = false;
            device.closed();
        }
    }

    /** The office's end. */
    final class Socket implements MessageSocket {
        @Override
        public boolean send(Bytes message) {
            if (!officeOpen) {
                return false;
            }
            List<Bytes> said = office.say(Wire.this, message);
            for (Bytes each : said) {
                if (toDevice.bytes + each.length() > OUTBOUND_BYTES) {
                    close(CloseCode.TOO_FAST);
                    return false;
                }
                put(toDevice, each, Wire.this::arriveAtDevice);
                wasFull |= toDevice.bytes >= WRITABLE_BYTES;
            }
            return true;
        }

        /** Behind everything that is under way already. */
        void sendLater(Bytes message, long delay) {
            world.in(delay, () -> {
                if (officeOpen) {
                    put(toDevice, message, Wire.this::arriveAtDevice);
                }
            });
        }

        @Override
        public boolean isWritable() {
            return toDevice.bytes < WRITABLE_BYTES;
        }

        @Override
        public void close(CloseCode code) {
            // What is queued goes out before the close; the handler hears of the end afterwards, as from the network.
            world.at(Math.max(world.now(), toDevice.lastArrival) + 1, () -> {
                closeAtOffice();
                closeAtDevice();
            });
        }

        @Override
        public void proven() {
            office.proven(Wire.this);
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
