package org.whodis.verify.simulation;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.Dialler;
import org.whodis.verify.simulation.OfficeLink.End;

/** How one run of an office's program reaches other offices: by the simulated network instead of sockets. */
final class OfficeWires implements Dialler {
    /** As long as a real one waits for a connection to come about. */
    private static final long CONNECT_MILLIS = 5_000;

    private static final int NOT_FOUND = 404;
    private static final String DESCRIPTOR_PATH = "/.well-known/whodis";

    private final World world;
    private final OfficeNode office;
    private final int run;

    OfficeWires(World world, OfficeNode office, int run) {
        this.world = world;
        this.office = office;
        this.run = run;
    }

    /** Takes no time, since whoever looks waits for it. */
    @Override
    public CompletableFuture<Answer> get(InetSocketAddress address, String domain, String path, int maxBody) {
        Cast.Firm firm = world.firmAt(domain);
        OfficeNode there = world.officeAt(domain);
        boolean isThere = firm != null && (there == null || there.isUp() && isReachable());
        if (!isThere || firm == null) {
            return CompletableFuture.failedFuture(new java.net.ConnectException(domain));
        }
        boolean isDescriptor = path.equals(DESCRIPTOR_PATH);
        Bytes body = isDescriptor ? firm.descriptor.encode() : Bytes.EMPTY;
        return CompletableFuture.completedFuture(new Answer(isDescriptor ? 200 : NOT_FOUND, body, firm.tlsSpkiSha256));
    }

    @Override
    public CompletableFuture<Void> open(
            InetSocketAddress address, String domain, String path, String subprotocol, Opener opener) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        boolean reached = isReachable();
        long millis = reached ? 3 * world.network().delay(Network.OFFICES) : CONNECT_MILLIS;
        world.in(millis, () -> {
            if (!office.isRunning(run)) {
                return;
            }
            OfficeNode there = world.officeAt(domain);
            if (there == null || !there.isUp() || !isReachable()) {
                office.run(() -> opened.completeExceptionally(new java.net.ConnectException(domain)));
                return;
            }
            OfficeLink link = new OfficeLink(world, office, there);
            End mine = link.dialler();
            office.linked(mine);
            office.run(mine, () -> mine.listener(opener.open(mine, there.firm.tlsSpkiSha256)));
            there.accept(link.dialled());
            office.run(() -> opened.complete(null));
        });
        return opened;
    }

    private boolean isReachable() {
        return !world.network().isParted(Network.OFFICES);
    }

    @Override
    public void close() {}
}
