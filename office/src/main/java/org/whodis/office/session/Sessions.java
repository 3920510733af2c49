package org.whodis.office.session;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.line.LineNews;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.FromOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeContext;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.store.StoreException;

/** Who is online: at most one session for each device, the newest. */
public final class Sessions {
    private final OfficeContext office;
    private final ConcurrentHashMap<DeviceId, Online> byDevice = new ConcurrentHashMap<>();

    private record Online(DeviceSession session, Outbox outbox) {}

    public Sessions(OfficeContext office) {
        this.office = office;
    }

    /** Ends the device's earlier session and takes its place. */
    void enter(DeviceId device, DeviceSession session, Outbox outbox) {
        Online earlier = byDevice.put(device, new Online(session, outbox));
        if (earlier != null) {
            earlier.session().close(CloseCode.REPLACED);
        }
    }

    void leave(DeviceId device, DeviceSession session) {
        byDevice.computeIfPresent(device, (_, online) -> online.session() == session ? null : online);
    }

    public boolean isOnline(DeviceId device) {
        return byDevice.containsKey(device);
    }

    public int count() {
        return byDevice.size();
    }

    /**
     * Something was committed to the device's queue. A fault here is not the sender's: the queue is on disk, and the
     * receiver gets it when it connects again.
     *
     * @param fresh what was queued, if it is at hand
     */
    void queued(DeviceId device, @Nullable Delivery fresh) throws InterruptedException {
        Online online = byDevice.get(device);
        if (online == null) {
            return;
        }
        try {
            online.outbox().pump(fresh);
        } catch (StoreException e) {
            office.metrics().handlerFailed("outbox", e);
            online.session().close(CloseCode.FAULT);
        }
    }

    /** Hands over the request of a new device, if {@code device} is there. */
    public void linkArrived(DeviceId device, LinkRequest request) {
        Online online = byDevice.get(device);
        if (online != null) {
            online.session().linkArrived(request);
        }
    }

    /** Tells {@code device}, if it is there, that something about lines has changed. */
    public void lineNews(DeviceId device, LineNews news) {
        Online online = byDevice.get(device);
        if (online != null) {
            online.session().lineNews(news);
        }
    }

    /**
     * Tells everybody who is online of a person who is new, or whose chain has grown: what each of them could read in the
     * directory. A chain grows {@link UnverifiedChain#MAX_STATEMENTS} times at most, so nobody can make the office talk
     * without end; a device that reads too slowly is cut off, and reads everything when it comes back.
     */
    public void personNews(UnverifiedChain chain) {
        Bytes news = new FromOffice.PersonNews(chain).encode();
        byDevice.values().forEach(online -> online.session().send(news));
    }

    /** Tells {@code device} of a chain, if it is there. */
    void personNews(DeviceId device, UnverifiedChain chain) {
        Online online = byDevice.get(device);
        if (online != null) {
            online.session().send(new FromOffice.PersonNews(chain).encode());
        }
    }

    /** Tells {@code device} the chain that it was taken out of, and ends its session. */
    void revoked(DeviceId device, UnverifiedChain chain) {
        Online online = byDevice.remove(device);
        if (online != null) {
            online.session().revoked(chain);
        }
    }

    /** Tells {@code device} to ask for another place at the relay, if it is there. */
    public void mediaLost(DeviceId device, CallId call) {
        Online online = byDevice.get(device);
        if (online != null) {
            online.session().mediaLost(call);
        }
    }
}
