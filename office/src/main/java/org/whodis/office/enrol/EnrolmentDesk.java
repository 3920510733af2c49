package org.whodis.office.enrol;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DisplayText;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.identity.Words;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.IssuedInvitation;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeException;
import org.whodis.office.PendingEnrolment;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.Route;
import org.whodis.office.store.InvitationStore.Committed;
import org.whodis.office.store.InvitationStore.Confirmed;
import org.whodis.office.store.InvitationStore.Invitation;
import org.whodis.office.store.InvitationStore.Open;
import org.whodis.office.store.InvitationStore.Progress;
import org.whodis.office.store.InvitationStore.Refused;
import org.whodis.office.store.InvitationStore.Revealed;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.Store.Transaction;

/**
 * Enrolment (protocol section 3): what the operator does, and what the new device asks.
 *
 * <pre>
 *   invite                       -> Open
 *   Open       --commit--------> Committed   to this commitment for good
 *   Committed  --reveal--------> Revealed    if genesis and nonce open the commitment
 *   Revealed   --confirm-------> Confirmed   the operator heard the words: the office signs
 *   Revealed   --refuse--------> Refused
 * </pre>
 *
 * Each request may be repeated and then gives the same answer.
 */
public final class EnrolmentDesk {
    /** How long the operator may take once a device has shown its words. */
    private static final Duration CONFIRMATION = Duration.ofHours(24);

    /** How long the result can be fetched. */
    private static final Duration RESULT = Duration.ofDays(7);

    private static final Duration MAX_LIFETIME = Duration.ofDays(30);

    /** Invitations that are out at one time; an office has people, not bots. */
    private static final int MAX_OPEN = 10_000;

    /** How wrong the clock of a new device may be. */
    private static final long CLOCK_TOLERANCE = Duration.ofDays(1).toMillis();

    private static final int OFFICE_NONCE_BYTES = 32;
    private static final int SECRET_BYTES = 16;

    private final OfficeContext office;
    private final Consumer<UnverifiedChain> confirmed;
    /** The three steps of a device are three requests; a guess costs as much. */
    private final AddressRate steps = new AddressRate(2, 60);
    /** A device that waits asks about once a second. */
    private final AddressRate polls = new AddressRate(10, 120);

    /** Opens the desk; {@code confirmed} tells everybody who is online of a new person. */
    public EnrolmentDesk(OfficeContext office, Consumer<UnverifiedChain> confirmed) {
        this.office = office;
        this.confirmed = confirmed;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/enrol/open", Guarded.by(office, steps, this::open)),
                Route.post("/v1/enrol/commit", Guarded.by(office, steps, this::commit)),
                Route.post("/v1/enrol/reveal", Guarded.by(office, steps, this::reveal)),
                Route.post("/v1/enrol/poll", Guarded.by(office, polls, this::poll)));
    }

    public IssuedInvitation invite(String name, String title, Duration lifetime)
            throws OfficeException, InterruptedException {
        if (!DisplayText.isValid(name, 1, Genesis.MAX_NAME)) {
            throw new OfficeException("A name has 1 to " + Genesis.MAX_NAME
                    + " bytes, no space at either end and no invisible characters.");
        }
        if (!DisplayText.isValid(title, 0, Genesis.MAX_TITLE)) {
            throw new OfficeException("A title has at most " + Genesis.MAX_TITLE
                    + " bytes, no space at either end and no invisible characters.");
        }
        if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new OfficeException("An invitation lives at least a moment and at most 30 days.");
        }
        Secret secret = Secret.owning(office.random().next(SECRET_BYTES));
        long now = office.now();
        long expiresAt = now + lifetime.toMillis();
        Invitation invitation = new Invitation(hash(secret), name, title, now, expiresAt, new Open());
        boolean added = office.store().transact(transaction -> {
            if (transaction.invitations().countOpen(now) >= MAX_OPEN) {
                return false;
            }
            transaction.invitations().add(invitation);
            return true;
        });
        if (!added) {
            throw new OfficeException("There are " + MAX_OPEN + " unused invitations. Wait until some have expired.");
        }
        office.metrics().enrolment("invited");
        String link = new org.whodis.core.identity.Invitation(office.domain(), secret, office.officeKey()).link();
        secret.erase();
        return new IssuedInvitation(link, name, title, Instant.ofEpochMilli(expiresAt));
    }

    public List<PendingEnrolment> pending() throws InterruptedException {
        return revealed().stream()
                .map(it -> {
                    Revealed progress = (Revealed) it.progress();
                    return new PendingEnrolment(
                            it.name(),
                            it.title(),
                            List.of(progress.words().split(" ")),
                            Instant.ofEpochMilli(progress.revealedAt()),
                            Instant.ofEpochMilli(it.expiresAt()));
                })
                .toList();
    }

    /** Signs the genesis whose words the operator has heard. */
    public Principal confirm(String words) throws OfficeException, InterruptedException {
        Invitation invitation = find(words);
        Revealed revealed = (Revealed) invitation.progress();
        HybridSignature byOffice =
                office.key().sign(office.primitives(), SignedGenesis.BY_OFFICE, revealed.genesis(), office.random());
        UnverifiedChain signed =
                new UnverifiedChain(new SignedGenesis(revealed.genesis(), revealed.byDevice(), byOffice), List.of());
        VerifiedChain chain;
        try {
            chain = signed.verify(office.primitives(), office.offices());
        } catch (IdentityException e) {
            throw new IllegalStateException("what was checked when it was revealed does not verify now", e);
        }
        long now = office.now();
        Principal principal = office.store().attempt(transaction -> {
            Invitation current = transaction.invitations().find(invitation.secretHash());
            if (current == null || !current.equals(invitation)) {
                return null;
            }
            transaction.principals().add(chain, now);
            transaction.invitations().update(invitation.at(now + RESULT.toMillis(), new Confirmed(chain.principal())));
            return transaction.principals().find(chain.principal());
        });
        if (principal == null) {
            throw new OfficeException("Somebody else confirmed or refused this enrolment at the same moment.");
        }
        office.metrics().enrolment("confirmed");
        office.log().info("enrolment.confirmed");
        confirmed.accept(principal.chain());
        return principal;
    }

    public void refuse(String words) throws OfficeException, InterruptedException {
        Invitation invitation = find(words);
        long until = office.now() + RESULT.toMillis();
        office.store().transact(transaction -> {
            Invitation current = transaction.invitations().find(invitation.secretHash());
            if (current != null && current.progress() instanceof Revealed) {
                transaction.invitations().update(current.at(until, new Refused()));
            }
            return true;
        });
        office.metrics().enrolment("refused");
        office.log().info("enrolment.refused");
    }

    private Invitation find(String words) throws OfficeException, InterruptedException {
        List<String> said = Arrays.stream(words.toLowerCase(Locale.ROOT).split("[\\s,;.-]+"))
                .filter(word -> !word.isEmpty())
                .toList();
        if (said.size() != Words.COUNT) {
            throw new OfficeException("These are " + said.size() + " words; the device shows " + Words.COUNT + ".");
        }
        String asked = String.join(" ", said);
        List<Invitation> found = revealed().stream()
                .filter(it -> ((Revealed) it.progress()).words().equals(asked))
                .toList();
        if (found.size() != 1) {
            throw new OfficeException(
                    "No device that waits shows these words. Have them read again from the device itself;"
                            + " `whodis office principals` shows who waits. If they really differ,"
                            + " somebody else used the invitation: refuse it and invite the person again.");
        }
        return found.getFirst();
    }

    private List<Invitation> revealed() throws InterruptedException {
        long now = office.now();
        return office.store().transact(transaction -> transaction.invitations().revealed(now));
    }

    private HttpAnswer open(Bytes body) throws DecodeException, InterruptedException {
        Bytes secretHash = hash(Enrolment.Ask.decode(body).secret());
        Invitation invitation = usable(secretHash);
        if (invitation == null || !isUnderWay(invitation.progress())) {
            return refused();
        }
        office.metrics().enrolment("opened");
        return HttpAnswer.ok(
                new Enrolment.Opened(invitation.name(), invitation.title(), office.domain(), invitation.expiresAt())
                        .encode());
    }

    private HttpAnswer commit(Bytes body) throws DecodeException, InterruptedException {
        Enrolment.Commit request = Enrolment.Commit.decode(body);
        Bytes secretHash = hash(request.secret());
        Bytes fresh = Bytes.of(office.random().next(OFFICE_NONCE_BYTES));
        long now = office.now();
        Bytes nonce = office.store().attempt(transaction -> {
            Invitation invitation = transaction.invitations().find(secretHash);
            if (invitation == null || invitation.expiresAt() <= now) {
                return null;
            }
            return switch (invitation.progress()) {
                case Open _ -> {
                    transaction.invitations().update(invitation.at(new Committed(request.commitment(), fresh)));
                    yield fresh;
                }
                case Committed it -> it.commitment().equals(request.commitment()) ? it.officeNonce() : null;
                case Revealed it -> it.commitment().equals(request.commitment()) ? it.officeNonce() : null;
                case Confirmed _, Refused _ -> null;
            };
        });
        if (nonce == null) {
            return refused();
        }
        office.metrics().enrolment("committed");
        return HttpAnswer.ok(new Enrolment.Committed(nonce).encode());
    }

    private HttpAnswer reveal(Bytes body) throws DecodeException, InterruptedException {
        Enrolment.Reveal request = Enrolment.Reveal.decode(body);
        Bytes secretHash = hash(request.secret());
        Invitation invitation = usable(secretHash);
        if (invitation == null) {
            return refused();
        }
        if (invitation.progress() instanceof Revealed earlier) {
            return isSame(earlier, request) ? HttpAnswer.ok(Bytes.EMPTY) : refused();
        }
        if (!(invitation.progress() instanceof Committed committed)) {
            return refused();
        }
        Genesis genesis = Genesis.decode(request.genesis());
        if (!opens(committed, request) || !fits(genesis, invitation, request)) {
            return Refusals.MALFORMED;
        }
        long now = office.now();
        Revealed revealed = new Revealed(
                committed.commitment(),
                committed.officeNonce(),
                request.genesis(),
                request.byDevice(),
                request.deviceNonce(),
                String.join(
                        " ",
                        Enrolment.words(
                                office.primitives(),
                                request.genesis(),
                                request.deviceNonce(),
                                committed.officeNonce())),
                now);
        DeviceId device = new DeviceId(genesis.deviceKey().keyHash(office.primitives()));
        boolean written = office.store().transact(transaction -> {
            boolean unchanged = invitation.equals(transaction.invitations().find(secretHash));
            if (!unchanged || isKnown(transaction, device)) {
                return false;
            }
            transaction
                    .invitations()
                    .update(invitation.at(Math.max(invitation.expiresAt(), now + CONFIRMATION.toMillis()), revealed));
            return true;
        });
        if (!written) {
            return refused();
        }
        office.metrics().enrolment("revealed");
        office.log().info("enrolment.pending");
        return HttpAnswer.ok(Bytes.EMPTY);
    }

    /** Whether the device stands in somebody's chain or ever stood there. */
    static boolean isKnown(Transaction transaction, DeviceId device) {
        return transaction.principals().isActive(device)
                || transaction.principals().findRevoked(device) != null;
    }

    private HttpAnswer poll(Bytes body) throws DecodeException, InterruptedException {
        Bytes secretHash = hash(Enrolment.Ask.decode(body).secret());
        long now = office.now();
        Enrolment.Polled polled = office.store().attempt(transaction -> {
            Invitation invitation = transaction.invitations().find(secretHash);
            if (invitation == null || invitation.expiresAt() <= now) {
                return null;
            }
            return switch (invitation.progress()) {
                case Open _, Committed _, Revealed _ -> new Enrolment.Polled(Enrolment.State.WAITING, null);
                case Refused _ -> new Enrolment.Polled(Enrolment.State.REFUSED, null);
                case Confirmed it -> {
                    Principal principal = transaction.principals().find(it.principal());
                    if (principal == null) {
                        throw new IllegalStateException("a confirmed invitation without its person");
                    }
                    yield new Enrolment.Polled(
                            Enrolment.State.CONFIRMED, principal.chain().genesis());
                }
            };
        });
        return polled == null ? refused() : HttpAnswer.ok(polled.encode());
    }

    private boolean opens(Committed committed, Enrolment.Reveal request) {
        return Enrolment.commitment(office.primitives(), request.genesis(), request.deviceNonce())
                .equals(committed.commitment());
    }

    /** Nobody chooses their own name: a genesis says what the invitation says. */
    private boolean fits(Genesis genesis, Invitation invitation, Enrolment.Reveal request) {
        return genesis.officeDomain().equals(office.domain())
                && genesis.officeKey().equals(office.officeKey())
                && genesis.name().equals(invitation.name())
                && genesis.title().equals(invitation.title())
                && Math.abs(genesis.createdAt() - office.now()) <= CLOCK_TOLERANCE
                && genesis.deviceKey()
                        .verify(office.primitives(), SignedGenesis.BY_DEVICE, request.genesis(), request.byDevice());
    }

    private @Nullable Invitation usable(Bytes secretHash) throws InterruptedException {
        long now = office.now();
        Invitation found =
                office.store().attempt(transaction -> transaction.invitations().find(secretHash));
        return found == null || found.expiresAt() <= now ? null : found;
    }

    private HttpAnswer refused() {
        office.metrics().enrolment("not_known");
        return Refusals.NOT_KNOWN;
    }

    private Bytes hash(Secret secret) {
        return office.primitives().hash(HashAlgorithm.SHA256, Bytes.of(secret.expose()));
    }

    private static boolean isUnderWay(Progress progress) {
        return switch (progress) {
            case Open _, Committed _, Revealed _ -> true;
            case Confirmed _, Refused _ -> false;
        };
    }

    private static boolean isSame(Revealed earlier, Enrolment.Reveal request) {
        return earlier.genesis().equals(request.genesis())
                && earlier.deviceNonce().equals(request.deviceNonce());
    }
}
