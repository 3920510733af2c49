package org.whodis.office.enrol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.Statement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.Route;
import org.whodis.office.store.LinkStore.Link;
import org.whodis.office.store.PrincipalStore.Device;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.Store.Transaction;

/**
 * Further devices of a person (protocol section 3): an existing device opens a link, the new one posts its request, the
 * existing one looks at it and appends the statement to the chain. The office passes on and keeps; it can neither make a
 * request, for which it lacks the link's secret, nor a statement, for which it lacks a device's key.
 */
public final class LinkDesk {
    /** Links that one device may have open: a person adds devices one at a time. */
    private static final int MAX_OPEN = 4;

    /** How far the clock of the device that signs a statement may be ahead of ours. */
    private static final long CLOCK_TOLERANCE = Duration.ofMinutes(5).toMillis();

    private final OfficeContext office;
    private final BiConsumer<DeviceId, LinkRequest> arrived;
    private final Consumer<UnverifiedChain> grown;
    private final Leaving leaving;
    private final AddressRate requests = new AddressRate(1, 20);
    private final AddressRate polls = new AddressRate(10, 120);

    /** Puts a device that was taken out of its chain out of everything else. */
    @FunctionalInterface
    public interface Leaving {
        /** In the transaction that writes the longer chain. */
        Gone leaves(Transaction transaction, VerifiedChain chain, DeviceId device);
    }

    /** What is done once that is committed. */
    @FunctionalInterface
    public interface Gone {
        void afterwards() throws InterruptedException;
    }

    /**
     * Opens the desk.
     *
     * @param arrived hands a request to a device, if that is online
     * @param grown tells everybody who is online of a longer chain
     */
    public LinkDesk(
            OfficeContext office,
            BiConsumer<DeviceId, LinkRequest> arrived,
            Consumer<UnverifiedChain> grown,
            Leaving leaving) {
        this.office = office;
        this.leaving = leaving;
        this.arrived = arrived;
        this.grown = grown;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/link/request", Guarded.by(office, requests, this::request)),
                Route.post("/v1/link/poll", Guarded.by(office, polls, this::poll)));
    }

    /** {@code LinkOpen} of a device; returns why not, or null. */
    public @Nullable Refusal open(PrincipalId principal, DeviceId device, Bytes linkId) throws InterruptedException {
        long now = office.now();
        return office.store().attempt(transaction -> {
            Link existing = transaction.links().find(linkId);
            if (existing != null) {
                return existing.device().equals(device)
                        ? null
                        : new Refusal(Refusal.CONFLICT, "This link was opened by another device.");
            }
            if (transaction.links().of(device, now).size() >= MAX_OPEN) {
                return new Refusal(Refusal.TOO_MANY, "Too many links are open. Wait ten minutes.");
            }
            transaction.links().put(new Link(linkId, principal, device, now + DeviceLink.LIFETIME_MILLIS, null));
            return null;
        });
    }

    /** The requests that wait for {@code device}, which has just come online. */
    public List<LinkRequest> waiting(DeviceId device) throws InterruptedException {
        long now = office.now();
        return office.store().transact(transaction -> {
            List<LinkRequest> out = new ArrayList<>();
            for (Link link : transaction.links().of(device, now)) {
                LinkRequest request = link.request();
                if (request != null && !EnrolmentDesk.isKnown(transaction, id(request))) {
                    out.add(request);
                }
            }
            return out;
        });
    }

    /**
     * {@code ChainAppend} of a device; returns why not, or null once the longer chain is on disk. Any device of the person may
     * bring a statement: after the data folder came back from a backup, one that has kept the chain brings what is missing.
     */
    public @Nullable Refusal append(PrincipalId principal, DeviceId device, SignedStatement statement)
            throws InterruptedException {
        Principal before =
                office.store().attempt(transaction -> transaction.principals().find(principal));
        if (before == null) {
            throw new IllegalStateException("a session of somebody who is not enrolled");
        }
        List<SignedStatement> statements = before.chain().statements();
        if (statements.contains(statement)) {
            return null;
        }
        UnverifiedChain longer = before.chain().with(statement);
        boolean mayGrow = isRevocation(statement)
                || before.chain().hasRoomForDevice(before.devices().size());
        if (longer == null || !mayGrow) {
            return new Refusal(Refusal.TOO_MANY, "There are too many devices in this chain.");
        }
        VerifiedChain chain;
        try {
            chain = longer.verify(office.primitives(), office.offices());
        } catch (IdentityException e) {
            return e.reason() == IdentityException.Reason.STATEMENT_NAMES_ANOTHER_HEAD
                    ? new Refusal(Refusal.CONFLICT, "The chain has grown meanwhile. Read it again.")
                    : new Refusal(Refusal.NOT_ALLOWED, "This statement does not extend the chain.");
        }
        if (isTooFarAhead(chain.lastStatementAt(), lastOf(before.chain()), office.now())) {
            return new Refusal(Refusal.NOT_ALLOWED, "The statement is dated in the future. Check the device's clock.");
        }
        List<DeviceId> standing = new ArrayList<>();
        chain.devices().forEach(each -> standing.add(each.id()));
        List<DeviceId> added = new ArrayList<>(standing);
        added.removeAll(before.devices());
        List<DeviceId> revoked = new ArrayList<>(before.devices());
        revoked.removeAll(standing);
        List<Gone> gone = new ArrayList<>();
        Refusal refusal = office.store().attempt(transaction -> {
            Principal current = transaction.principals().find(principal);
            if (!transaction.principals().isActive(device)) {
                return new Refusal(Refusal.REVOKED, "This device was removed by another device of its person.");
            }
            if (current == null || !current.chain().equals(before.chain())) {
                return new Refusal(Refusal.CONFLICT, "The chain has grown meanwhile. Read it again.");
            }
            for (DeviceId each : added) {
                if (EnrolmentDesk.isKnown(transaction, each)) {
                    return new Refusal(Refusal.CONFLICT, "This device belongs to somebody already.");
                }
            }
            transaction.principals().extend(chain);
            revoked.forEach(each -> gone.add(leaving.leaves(transaction, chain, each)));
            return null;
        });
        if (refusal == null) {
            office.metrics().enrolment(gone.isEmpty() ? "device_added" : "device_revoked");
            office.log().info(gone.isEmpty() ? "device.added" : "device.revoked");
            try {
                for (Gone each : gone) {
                    each.afterwards();
                }
            } finally {
                grown.accept(chain.wire());
            }
        }
        return refusal;
    }

    /**
     * Whether a statement is dated further in the future than clocks may differ. One that only keeps up with what was taken while
     * this office's clock was ahead is not: else nobody could be put out of the chain before the clock has come there.
     */
    static boolean isTooFarAhead(long at, long lastBefore, long now) {
        return at > now + CLOCK_TOLERANCE && at > lastBefore;
    }

    /** When the last statement of a stored chain was made, or its genesis. */
    private static long lastOf(UnverifiedChain chain) {
        try {
            return chain.statements().isEmpty()
                    ? Genesis.decode(chain.genesis().genesis()).createdAt()
                    : Statement.decode(chain.statements().getLast().statement()).createdAt();
        } catch (DecodeException e) {
            throw new IllegalStateException("a stored chain that is malformed", e);
        }
    }

    private static boolean isRevocation(SignedStatement statement) {
        try {
            return Statement.decode(statement.statement()) instanceof RevokeDevice;
        } catch (DecodeException malformed) {
            return false;
        }
    }

    private HttpAnswer request(Bytes body) throws DecodeException, InterruptedException {
        LinkRequest request = LinkRequest.decode(body);
        long now = office.now();
        DeviceId device = office.store().attempt(transaction -> {
            Link link = transaction.links().find(request.linkId());
            if (link == null || link.expiresAt() <= now || !link.principal().equals(request.principal())) {
                return null;
            }
            if (link.request() == null) {
                transaction.links().put(link.with(request));
                return link.device();
            }
            return link.request().equals(request) ? link.device() : null;
        });
        if (device == null) {
            return Refusals.NOT_KNOWN;
        }
        arrived.accept(device, request);
        return HttpAnswer.ok(Bytes.EMPTY);
    }

    private HttpAnswer poll(Bytes body) throws DecodeException, InterruptedException {
        Bytes linkId = Enrolment.LinkAsk.decode(body).linkId();
        long now = office.now();
        Enrolment.LinkPolled polled = office.store().attempt(transaction -> {
            Link link = transaction.links().find(linkId);
            if (link == null || link.expiresAt() <= now) {
                return null;
            }
            Device added =
                    link.request() == null ? null : transaction.principals().findDevice(id(link.request()));
            Principal principal = transaction.principals().find(link.principal());
            return added == null || principal == null || !added.principal().equals(principal.id())
                    ? new Enrolment.LinkPolled(Enrolment.State.WAITING, null)
                    : new Enrolment.LinkPolled(Enrolment.State.CONFIRMED, principal.chain());
        });
        return polled == null ? Refusals.NOT_KNOWN : HttpAnswer.ok(polled.encode());
    }

    private DeviceId id(LinkRequest request) {
        return new DeviceId(request.deviceKey().keyHash(office.primitives()));
    }
}
