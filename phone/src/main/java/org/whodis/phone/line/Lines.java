package org.whodis.phone.line;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.Keepsake;
import org.whodis.core.line.Knock;
import org.whodis.core.line.LineAddress;
import org.whodis.core.line.LineCard;
import org.whodis.core.line.LineDecision;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRedemption;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.RedemptionAnswer;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SealedItem;
import org.whodis.core.line.SealingKey;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.phone.Contact;
import org.whodis.phone.PhoneException;

/**
 * The lines of this phone's person: those that they gave and those that were given to them. The truth lies at the person's
 * office, signed and sealed by their own devices, so that all of them know the same; this class reads it ({@link #sync}),
 * checks it and adds to it. Nothing is kept here beyond one run.
 *
 * <p>May be used from any thread. Everything happens in {@link Turns}; while another office is asked, the turn is given away.
 */
public final class Lines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);

    /** Pages of a list hold at least one thing each; an office of more than this sends pages without end. */
    private static final int MAX_PAGES = 10_000;

    /** Of {@link #errands}. */
    private static final int MAX_ERRANDS = 8;

    private static final String RETURN_NOTE = "the way back to ";

    private final Primitives primitives;
    private final RandomBytes random;
    private final Supplier<Long> clock;
    private final HybridKeyPair device;
    private final DeviceId deviceId;
    private final HybridPublicKey officeKey;
    private final OfficeKeys offices;
    private final Supplier<VerifiedChain> own;
    private final Supplier<List<Pin>> pins;
    private final Asking office;
    private final LineEvents events;
    private final Secret sealingKey;
    private final Turns turns = new Turns();

    /** Offices that are asked at once after what was given to this person; a dead one takes seconds. */
    private final Semaphore errands = new Semaphore(MAX_ERRANDS);

    // Of whoever has the turn.
    private final Map<LineId, SignedRedemption.Verified> redeemers = new LinkedHashMap<>();
    private final Map<LineId, SignedRedemption> redemptions = new LinkedHashMap<>();
    private final Set<LineId> approved = new LinkedHashSet<>();
    private final Set<LineId> gone = new LinkedHashSet<>();
    private final Set<LineId> newlyReady = new LinkedHashSet<>();
    private final Map<LineId, Long> answered = new LinkedHashMap<>();
    private long questions;
    private boolean takingReturns;
    private boolean returnsAgain;

    private volatile Book book;
    private volatile boolean published;
    private final AtomicBoolean syncQueued = new AtomicBoolean();
    private final AtomicBoolean returnsQueued = new AtomicBoolean();

    /** How the office is asked. */
    @FunctionalInterface
    public interface Asking {
        /** The body of the answer; exceptionally if the office refuses or is not there. */
        CompletableFuture<Bytes> ask(LineRequest request);
    }

    /** All that is known, as of one moment. */
    private record Book(
            Map<LineId, GivenLine> given,
            Map<LineId, LineAddress> addresses,
            Map<LineId, Keepsake.Held> heldSealed,
            Map<LineId, HeldLine> held,
            @Nullable LineSettings settings,
            LineGuard guard) {}

    /**
     * The lines of one enrolled phone.
     *
     * @param clock milliseconds since 1970
     * @param device the device's key, which stays the caller's
     * @param officeKey of the person's own office, which vouches for the person
     * @param offices for the others there
     * @param own the person's chain as it is known now
     */
    public Lines(
            Primitives primitives,
            RandomBytes random,
            Supplier<Long> clock,
            HybridKeyPair device,
            HybridPublicKey officeKey,
            OfficeKeys offices,
            Supplier<VerifiedChain> own,
            Supplier<List<Pin>> pins,
            Asking office,
            LineEvents events) {
        this.primitives = primitives;
        this.random = random;
        this.clock = clock;
        this.device = device;
        this.deviceId = new DeviceId(device.publicKey().keyHash(primitives));
        this.officeKey = officeKey;
        this.offices = offices;
        this.own = own;
        this.pins = pins;
        this.office = office;
        this.events = events;
        this.sealingKey = SealingKey.privateKey(primitives, device);
        this.book = new Book(
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                null,
                LineGuard.none(own.get().genesis().officeDomain()));
    }

    // What is known.

    /** What this device checks incoming calls by. */
    public LineGuard guard() {
        return book.guard();
    }

    /** Lines that this person gave, as they were read last. */
    public List<GivenLine> given() {
        return List.copyOf(book.given().values());
    }

    /** Lines that were given to this person, as they were read last. */
    public List<HeldLine> held() {
        return List.copyOf(book.held().values());
    }

    public @Nullable HeldLine held(LineId id) {
        return book.held().get(id);
    }

    /** The secret by which a held line rings; null if there is no such line. */
    public @Nullable LineSecret secretOf(LineId id) {
        Keepsake.Held keepsake = book.heldSealed().get(id);
        return keepsake == null ? null : keepsake.address().secret();
    }

    public LineSettings settings() {
        LineSettings known = book.settings();
        return known == null ? LineSettings.none(own.get().principal()) : known;
    }

    // What a person does.

    /** Makes a line. */
    public CompletableFuture<NewLine> give(LineOrder order) {
        return turns.run(() -> {
            read();
            NewLine made = make(order, null, null);
            read();
            return made;
        });
    }

    /** Reads everything anew; only the own office is asked. What was brought in return is taken soon after. */
    public CompletableFuture<List<GivenLine>> sync() {
        return turns.run(() -> {
            read();
            returnsSoon();
            return given();
        });
    }

    /** Asks the issuers' offices what became of the lines that were given to this person. */
    public CompletableFuture<List<HeldLine>> refreshHeld() {
        return turns.run(() -> {
                    read();
                    return book.heldSealed().values().stream()
                            .collect(
                                    Collectors.groupingBy(each -> each.address().domain()));
                })
                .thenCompose(byOffice -> CompletableFuture.allOf(byOffice.values().stream()
                        .map(each -> turns.run(() -> refreshOf(each)))
                        .toArray(CompletableFuture<?>[]::new)))
                .thenCompose(_ -> turns.run(() -> {
                    read();
                    return held();
                }));
    }

    /** Lines of one office. */
    private @Nullable Void refreshOf(List<Keepsake.Held> lines) throws InterruptedException {
        for (Keepsake.Held each : lines) {
            try {
                refresh(each);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // An office that is away, or lies: the lines of others are asked after all the same.
                LOG.debug("what became of a line could not be learnt: {}", e.toString());
                return null;
            }
        }
        return null;
    }

    /**
     * Redeems a line that somebody gave.
     *
     * @param address the link, or domain and words
     * @param andBack whether the issuer gets a line to this person in return
     */
    public CompletableFuture<HeldLine> redeem(String address, boolean andBack) {
        return turns.run(() -> {
            LineAddress parsed;
            try {
                parsed = LineAddress.parse(primitives, address);
            } catch (DecodeException e) {
                throw new PhoneException("This is no line as it was given: " + e.getMessage() + ".");
            }
            read();
            return redeem(parsed, andBack);
        });
    }

    /** Says yes or no to whoever redeemed an open line, as it is known when this is done. */
    public CompletableFuture<GivenLine> decide(LineId id, boolean approve) {
        return decide(id, null, approve);
    }

    /**
     * Says yes or no to the redeemer whom the person was shown. The office tells who redeemed, and a person takes their time
     * to decide: if it shows somebody else by then, nothing is signed.
     */
    public CompletableFuture<GivenLine> decide(GivenLine shown, boolean approve) {
        return decide(shown.id(), shown.facts().holder(), approve);
    }

    private CompletableFuture<GivenLine> decide(LineId id, @Nullable LineHolder shown, boolean approve) {
        return turns.run(() -> {
            read();
            GivenLine line = require(id);
            LineHolder holder = line.facts().holder();
            if (shown != null && !shown.equals(holder)) {
                throw new PhoneException("Your office shows somebody else now than a moment ago. Nothing was decided;"
                        + " look again at: whodis line list");
            }
            SignedRedemption.Verified redeemer = redeemers.get(id);
            if (!line.isWaiting() || holder == null || redeemer == null) {
                throw new PhoneException("Nobody waits for a yes on this line.");
            }
            ask(new LineRequest.Decide(
                    sign(LineDecision.LABEL, new LineDecision(id, holder, redeemer.hash(), approve, clock.get()))));
            read();
            returnsSoon();
            return require(id);
        });
    }

    /** Ends a line; it stays as a silent alarm. */
    public CompletableFuture<GivenLine> withdraw(LineId id) {
        return turns.run(() -> {
            read();
            require(id);
            ask(new LineRequest.Withdraw(sign(LineWithdrawal.LABEL, new LineWithdrawal(id, clock.get()))));
            read();
            return require(id);
        });
    }

    /** Puts a new line in the place of one, for the same holder, whose devices get it by themselves. */
    public CompletableFuture<GivenLine> renew(LineId id) {
        return turns.run(() -> {
            read();
            GivenLine line = require(id);
            LineAddress address = book.addresses().get(id);
            LineHolder holder = line.facts().holder();
            SignedRedemption.Verified redeemer = redeemers.get(id);
            boolean isHeld =
                    line.issue().holder() != null || line.facts().state() == LineFacts.State.BOUND || wasApproved(id);
            if (holder == null || redeemer == null || address == null || !isHeld) {
                throw new PhoneException("This line has no holder yet who could be given another one. Withdraw it and"
                        + " make a new one.");
            }
            NewLine made = make(new LineOrder(line.note(), line.facts().terms(), holder), line, address);
            read();
            return require(made.id());
        });
    }

    /** The incidents of a line have been seen. */
    public CompletableFuture<GivenLine> acknowledge(LineId id) {
        return turns.run(() -> {
            ask(new LineRequest.AcknowledgeIncidents(id));
            read();
            return require(id);
        });
    }

    /** Changes when and by whom this person is rung. */
    public CompletableFuture<LineSettings> change(UnaryOperator<LineSettings> change) {
        return turns.run(() -> {
            read();
            LineSettings now = settings();
            LineSettings changed = change.apply(now);
            LineSettings dated = new LineSettings(
                    own.get().principal(),
                    changed.quiet(),
                    changed.sendToDesk(),
                    changed.favourites(),
                    changed.blocked(),
                    changed.blockedOffices(),
                    Math.max(clock.get(), now.at() + 1));
            ask(new LineRequest.PutSettings(sign(LineSettings.LABEL, dated)));
            read();
            return settings();
        });
    }

    /** Leaves a short request at an office; that is all that is ever heard of it. */
    public CompletableFuture<Void> knock(OfficeDomain at, String toName, String text) {
        return turns.run(() -> {
            long now = clock.get();
            VerifiedChain chain = own.get();
            Knock knock = new Knock(
                    Party.of(chain),
                    deviceId,
                    at,
                    toName,
                    text,
                    Bytes.of(random.next(Knock.NONCE_LENGTH)),
                    now,
                    now + Knock.MAX_LIFETIME_MILLIS);
            LineRequest request =
                    new LineRequest.KnockAt(new Knock.Signed(sign(Knock.LABEL, knock), chain.wire(), officeKey));
            var _ = turns.away(() -> ask(request));
            return null;
        });
    }

    /** What waits at the desk; refused to whoever does not sit there. */
    public CompletableFuture<DeskView> desk() {
        return turns.run(() -> {
            LinePages.Desk page = LinePages.Desk.decode(ask(new LineRequest.ListDesk()));
            List<DeskView.KnockView> knocks = new ArrayList<>();
            for (Knock.Signed each : page.knocks()) {
                try {
                    Knock.Signed.Verified verified =
                            each.verify(primitives, own.get().genesis().officeDomain());
                    knocks.add(new DeskView.KnockView(verified.knock(), verified.chain()));
                } catch (LineException e) {
                    LOG.warn("the office shows a knock that does not hold: {}", e.reason());
                }
            }
            List<DeskView.IncidentView> incidents = new ArrayList<>();
            for (LinePages.DeskIncident each : page.incidents()) {
                incidents.add(new DeskView.IncidentView(
                        each.issuer(), each.lineId(), note(each.lineId(), each.note()), each.incidents()));
            }
            return new DeskView(knocks, incidents, page.calls());
        });
    }

    /** A knock was dealt with. */
    public CompletableFuture<Void> dismissKnock(Bytes nonce) {
        return turns.run(() -> {
            ask(new LineRequest.DismissKnock(nonce));
            return null;
        });
    }

    // What happens by itself.

    /** The session with the office is up: everything is read, and asked after. */
    public void sessionIsUp() {
        published = false;
        var _ = sync().thenCompose(_ -> refreshHeld()).whenComplete((_, failure) -> log(failure));
    }

    /** The office says that something has changed. */
    public void news(Bytes encoded) {
        try {
            LineNews news = LineNews.decode(encoded);
            switch (news.kind()) {
                case ISSUED -> syncSoon();
                case HELD -> {
                    var _ = refreshOne(news.lineId()).whenComplete((_, failure) -> log(failure));
                }
                case DESK -> {
                    events.desk();
                    syncSoon();
                }
            }
        } catch (DecodeException e) {
            LOG.warn("the office sent news of lines that are none");
        }
    }

    /** News that come while a reading waits its turn are read with it. */
    private void syncSoon() {
        if (syncQueued.compareAndSet(false, true)) {
            var _ = turns.run(() -> {
                        syncQueued.set(false);
                        read();
                        returnsSoon();
                        return given();
                    })
                    .whenComplete((_, failure) -> log(failure));
        }
    }

    /** What was brought in return is asked after at other offices, and nothing waits for that. */
    private void returnsSoon() {
        if (returnsQueued.compareAndSet(false, true)) {
            var _ = turns.<Void>run(() -> {
                        returnsQueued.set(false);
                        takeReturnsOnce();
                        return null;
                    })
                    .whenComplete((_, failure) -> log(failure));
        }
    }

    private void takeReturnsOnce() throws Exception {
        returnsAgain = true;
        if (takingReturns) {
            // Whoever is at it begins again.
            return;
        }
        takingReturns = true;
        try {
            while (returnsAgain) {
                returnsAgain = false;
                takeReturns();
            }
        } finally {
            takingReturns = false;
        }
    }

    private CompletableFuture<List<GivenLine>> refreshOne(LineId id) {
        return turns.run(() -> {
            read();
            Keepsake.Held held = book.heldSealed().get(id);
            if (held != null) {
                refresh(held);
                read();
            }
            return given();
        });
    }

    private static void log(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.debug("lines could not be read: {}", failure.toString());
        }
    }

    @Override
    public void close() {
        turns.close();
        sealingKey.erase();
    }

    // Reading.

    private boolean wasApproved(LineId id) {
        return approved.contains(id);
    }

    private void read() throws Exception {
        VerifiedChain chain = own.get();
        if (!published) {
            SealingKey key = new SealingKey(deviceId, XWing.publicKey(primitives, sealingKey), clock.get());
            ask(new LineRequest.PublishSealingKey(sign(SealingKey.LABEL, key)));
            published = true;
        }
        Map<LineId, LineAddress> addresses = new LinkedHashMap<>();
        Map<LineId, Keepsake.Held> heldSealed = new LinkedHashMap<>();
        readItems(chain, addresses, heldSealed);
        Map<LineId, GivenLine> given = new LinkedHashMap<>();
        List<IssuedLine.Verified> issued = readIssued(chain, given);
        LineSettings settings = readSettings(chain);
        Map<LineId, HeldLine> held = new LinkedHashMap<>();
        for (Map.Entry<LineId, Keepsake.Held> each : heldSealed.entrySet()) {
            HeldLine line = show(each.getValue());
            if (line != null) {
                held.put(each.getKey(), line);
                events.officeKnown(
                        each.getValue().card().issuer().officeDomain(),
                        each.getValue().officeKey());
            }
        }
        for (IssuedLine.Verified each : issued) {
            SignedRedemption.Verified redeemer = each.redeemer();
            SignedRedemption signed = redemptions.get(each.facts().id());
            if (redeemer != null && signed != null && isTrusted(each, redeemer)) {
                events.officeKnown(redeemer.redemption().redeemer().officeDomain(), signed.officeKey());
            }
        }
        LineGuard guard = LineGuard.of(chain.genesis().officeDomain(), issued, settings);
        given.replaceAll((id, line) -> {
            LineFacts facts = guard.facts(id);
            return facts == null
                    ? line
                    : new GivenLine(facts, line.issue(), line.note(), line.redeemer(), line.incidents());
        });
        publish(new Book(given, addresses, heldSealed, held, settings, guard));
    }

    /** The key of a redeemer's office counts once the person has chosen or approved the redeemer. */
    private static boolean isTrusted(IssuedLine.Verified line, SignedRedemption.Verified redeemer) {
        return line.facts().state() == LineFacts.State.BOUND
                && line.facts().isHolder(redeemer.redemption().holder());
    }

    private void publish(Book next) {
        Book before = book;
        book = next;
        events.guardChanged(next.guard());
        for (GivenLine line : next.given().values()) {
            GivenLine earlier = before.given().get(line.id());
            if (line.isWaiting() && (earlier == null || !earlier.isWaiting())) {
                events.waiting(line);
            }
            if (line.attempts() > (earlier == null ? 0 : earlier.attempts())) {
                events.tried(line);
            }
        }
        for (HeldLine line : next.held().values()) {
            HeldLine earlier = before.held().get(line.id());
            boolean wasWaiting = earlier != null && !earlier.bound();
            if (line.bound() && !line.gone() && (wasWaiting || newlyReady.contains(line.id()))) {
                events.ready(line);
            }
            newlyReady.remove(line.id());
        }
    }

    private void readItems(VerifiedChain chain, Map<LineId, LineAddress> addresses, Map<LineId, Keepsake.Held> held)
            throws Exception {
        List<SealingKey> ownKeys = null;
        LineId after = null;
        for (int pages = 0; pages < MAX_PAGES; pages++) {
            LinePages.Items page = LinePages.Items.decode(ask(new LineRequest.ListItems(after)));
            for (SignedByDevice signed : page.items()) {
                SealedItem item = SealedItem.decode(signed.statement());
                after = item.item();
                Keepsake keepsake = open(chain, signed, item);
                switch (keepsake) {
                    case null -> {}
                    case Keepsake.Issued issued -> addresses.put(item.item(), issued.address());
                    case Keepsake.Held it -> held.put(item.item(), it);
                }
                if (keepsake != null
                        && item.box().readers().size() < chain.devices().size()) {
                    ownKeys = ownKeys == null ? readers(true) : ownKeys;
                    if (ownKeys.stream().anyMatch(key -> !item.box().isFor(key.device()))) {
                        keep(item.item(), keepsake, ownKeys, item.at() + 1);
                    }
                }
            }
            if (!page.more() || page.items().isEmpty()) {
                return;
            }
        }
    }

    private @Nullable Keepsake open(VerifiedChain chain, SignedByDevice signed, SealedItem item) {
        try {
            signed.verify(primitives, SealedItem.LABEL, chain);
            Bytes content = item.box()
                    .open(primitives, deviceId, sealingKey, SealedItem.purpose(chain.principal(), item.item()));
            return Keepsake.decode(content);
        } catch (LineException | DecodeException e) {
            // A device that was added later waits until another one has sealed it anew.
            return null;
        }
    }

    private List<IssuedLine.Verified> readIssued(VerifiedChain chain, Map<LineId, GivenLine> given) throws Exception {
        List<IssuedLine.Verified> out = new ArrayList<>();
        LineId after = null;
        for (int pages = 0; pages < MAX_PAGES; pages++) {
            LinePages.Issued page = LinePages.Issued.decode(ask(new LineRequest.ListIssued(after)));
            for (IssuedLine line : page.lines()) {
                after = LineIssue.decode(line.issue().statement()).lineId();
                try {
                    IssuedLine.Verified verified = line.verify(primitives, chain);
                    out.add(verified);
                    given.put(after, show(verified));
                    remember(after, line, verified);
                } catch (LineException e) {
                    LOG.warn("the office shows a line that this person's devices have not made: {}", e.reason());
                }
            }
            if (!page.more() || page.lines().isEmpty()) {
                return out;
            }
        }
        return out;
    }

    private void remember(LineId id, IssuedLine line, IssuedLine.Verified verified) throws DecodeException {
        if (verified.redeemer() != null && line.redemption() != null) {
            redeemers.put(id, verified.redeemer());
            redemptions.put(id, line.redemption());
        }
        if (line.decision() != null
                && LineDecision.decode(line.decision().statement()).approved()) {
            approved.add(id);
        }
    }

    private @Nullable LineSettings readSettings(VerifiedChain chain) throws Exception {
        SignedByDevice signed =
                LinePages.Settings.decode(ask(new LineRequest.GetSettings())).settings();
        if (signed == null) {
            return null;
        }
        LineSettings known = book.settings();
        try {
            signed.verify(primitives, LineSettings.LABEL, chain);
            LineSettings read = LineSettings.decode(signed.statement());
            boolean isOurs = read.principal().equals(chain.principal());
            boolean isOlder = known != null && read.at() < known.at();
            return isOurs && !isOlder ? read : known;
        } catch (LineException e) {
            LOG.warn("the office shows settings that this person's devices have not made");
            return known;
        }
    }

    private GivenLine show(IssuedLine.Verified line) {
        SignedRedemption.Verified redeemer = line.redeemer();
        return new GivenLine(
                line.facts(),
                line.issue(),
                note(line.facts().id(), line.issue().note()),
                redeemer == null ? null : redeemer.chain(),
                line.incidents());
    }

    private String note(LineId id, SealedBox box) {
        try {
            Bytes note = box.open(primitives, deviceId, sealingKey, LineIssue.notePurpose(id));
            String text = new String(note.toArray(), java.nio.charset.StandardCharsets.UTF_8);
            return LineOrder.isNote(text) ? text : "";
        } catch (LineException e) {
            return "";
        }
    }

    private @Nullable HeldLine show(Keepsake.Held keepsake) {
        try {
            VerifiedChain issuer = keepsake.open(primitives).issuer();
            ChainDevice newest = issuer.devices().getLast();
            Contact contact = new Contact(
                    issuer, Assurance.of(issuer, newest.id(), Assurance.pinFor(issuer, pins.get()), clock.get()));
            return new HeldLine(
                    keepsake.id(), contact, keepsake.card().terms(), keepsake.bound(), gone.contains(keepsake.id()));
        } catch (LineException e) {
            LOG.warn("a line that was kept does not hold: {}", e.reason());
            return null;
        }
    }

    private GivenLine require(LineId id) throws PhoneException {
        GivenLine line = book.given().get(id);
        if (line == null) {
            throw new PhoneException("You gave no such line. Look at: whodis line list");
        }
        return line;
    }

    // Making.

    private NewLine make(LineOrder order, @Nullable GivenLine old, @Nullable LineAddress oldAddress) throws Exception {
        VerifiedChain chain = own.get();
        LineSecret secret = LineSecret.generate(random);
        LineAddress address = new LineAddress(chain.genesis().officeDomain(), secret);
        LineId id = secret.id(primitives);
        LineCard card = new LineCard(id, Party.of(chain), order.terms(), order.holder());
        List<SealingKey> everybody = readers(false);
        if (everybody.size() > LineIssue.MAX_NOTE_READERS) {
            everybody = everybody.subList(0, LineIssue.MAX_NOTE_READERS);
        }
        SealedBox note =
                SealedBox.seal(primitives, random, everybody, LineIssue.notePurpose(id), Bytes.utf8(order.note()));
        LineIssue issue = new LineIssue(
                id,
                Party.of(chain),
                order.holder(),
                order.terms(),
                card.seal(primitives, random, secret),
                note,
                old == null || oldAddress == null ? null : replaces(old, oldAddress, id, secret),
                clock.get());
        // Kept first: a line that nobody can renew is worse than a secret without a line.
        keep(id, new Keepsake.Issued(address), readers(true), clock.get());
        ask(new LineRequest.Issue(sign(LineIssue.LABEL, issue)));
        return new NewLine(id, address.link(primitives), address.domain().value(), address.words(primitives));
    }

    /** The new secret, for whoever has the old one and is the device that redeemed it last. */
    private LineIssue.Replaces replaces(GivenLine old, LineAddress oldAddress, LineId id, LineSecret secret) {
        SignedRedemption.Verified redeemer = redeemers.get(old.id());
        if (redeemer == null) {
            throw new IllegalStateException("a renewal for nobody");
        }
        Bytes purpose = LineIssue.renewalPurpose(old.id(), id);
        Bytes inner = oldAddress
                .secret()
                .seal(
                        primitives,
                        random,
                        LineSecret.Use.RENEWAL,
                        purpose,
                        Bytes.of(secret.value().expose()));
        SealingKey holder = new SealingKey(
                redeemer.redemption().device(), redeemer.redemption().sealingKey(), clock.get());
        return new LineIssue.Replaces(old.id(), SealedBox.seal(primitives, random, List.of(holder), purpose, inner));
    }

    private void keep(LineId id, Keepsake keepsake, List<SealingKey> readers, long at) throws Exception {
        VerifiedChain chain = own.get();
        SealedBox box = SealedBox.seal(
                primitives, random, readers, SealedItem.purpose(chain.principal(), id), keepsake.encode());
        ask(new LineRequest.PutItem(sign(SealedItem.LABEL, new SealedItem(chain.principal(), id, at, box))));
    }

    /** The sealing keys of one's own devices; and, unless {@code ownOnly}, of the desk's. */
    private List<SealingKey> readers(boolean ownOnly) throws Exception {
        LinePages.Readers answer = LinePages.Readers.decode(ask(new LineRequest.Readers()));
        VerifiedChain chain = own.get();
        Map<DeviceId, SealingKey> out = new LinkedHashMap<>();
        out.put(deviceId, new SealingKey(deviceId, XWing.publicKey(primitives, sealingKey), clock.get()));
        for (LinePages.Reader reader : answer.readers()) {
            VerifiedChain verified = verified(chain, reader);
            if (verified == null || ownOnly && !verified.principal().equals(chain.principal())) {
                continue;
            }
            for (SignedByDevice signed : reader.keys()) {
                try {
                    SealingKey key = SealingKey.verified(primitives, signed, verified);
                    out.put(key.device(), key);
                } catch (LineException e) {
                    LOG.warn("the office shows a sealing key that is not its device's");
                }
            }
        }
        return List.copyOf(out.values());
    }

    private @Nullable VerifiedChain verified(VerifiedChain chain, LinePages.Reader reader) {
        if (reader.chain().equals(chain.wire())) {
            return chain;
        }
        try {
            VerifiedChain verified = reader.chain().verify(primitives, offices);
            if (!verified.genesis().officeDomain().equals(chain.genesis().officeDomain())) {
                LOG.warn("the office shows somebody at the desk who is not of this office");
                return null;
            }
            // What the office adds to our own chain counts once the phone has taken it over.
            return verified.principal().equals(chain.principal()) ? chain : verified;
        } catch (IdentityException e) {
            LOG.warn("the office shows somebody at the desk who is not of this office");
            return null;
        }
    }

    // Redeeming.

    private HeldLine redeem(LineAddress address, boolean andBack) throws Exception {
        LineId id = address.secret().id(primitives);
        if (book.given().containsKey(id)) {
            throw new PhoneException("This is a line that you gave yourself.");
        }
        LineId redeemed = switch (asked(address, null)) {
            case RedemptionAnswer.None _ ->
                throw new PhoneException("There is no such line for you: it was withdrawn, somebody else has"
                        + " redeemed it, or it never was. Ask whoever gave it for another one.");
            case RedemptionAnswer.Renewed renewed -> renewed(address, id, renewed);
            case RedemptionAnswer.Known known -> {
                RedemptionAnswer.Opened opened = known.open(primitives, address.secret(), id);
                keepHeld(address, id, known, opened);
                if (andBack) {
                    giveBack(address, id, opened);
                }
                yield id;
            }
        };
        read();
        HeldLine held = redeemed == null ? null : book.held().get(redeemed);
        if (held == null) {
            throw new PhoneException("The line was redeemed, but your office did not keep it. Try once more.");
        }
        return held;
    }

    /** One exchange makes two lines: the issuer gets one to this person, bound to them. */
    private void giveBack(LineAddress address, LineId id, RedemptionAnswer.Opened opened) throws Exception {
        LineHolder issuer = LineHolder.of(opened.card().issuer());
        boolean hasOne = false;
        for (GivenLine line : book.given().values()) {
            hasOne |= issuer.equals(line.facts().holder()) && line.facts().state() == LineFacts.State.BOUND;
        }
        if (hasOne) {
            return;
        }
        String name = opened.issuer().genesis().name();
        NewLine back = make(new LineOrder(RETURN_NOTE + name, LineTerms.STANDARD, issuer), null, null);
        read();
        LineAddress own = book.addresses().get(back.id());
        if (own == null) {
            throw new PhoneException("Your office did not keep the line that was to go back.");
        }
        Bytes sealed = address.secret()
                .seal(
                        primitives,
                        random,
                        LineSecret.Use.RETURN,
                        returnPurpose(id, back.id()),
                        Bytes.of(own.secret().value().expose()));
        var _ = asked(address, new LineRedemption.ReturnLine(back.id(), sealed));
    }

    private static Bytes returnPurpose(LineId line, LineId back) {
        return Bytes.concat(line.value(), back.value());
    }

    /** Gives the turn away while another office is asked. */
    private RedemptionAnswer asked(LineAddress address, LineRedemption.@Nullable ReturnLine back) throws Exception {
        VerifiedChain chain = own.get();
        HybridKeyPair key = address.secret().key(primitives);
        try {
            long now = clock.get();
            LineRedemption redemption = new LineRedemption(
                    new LineId(key.publicKey().keyHash(primitives)),
                    key.publicKey(),
                    Party.of(chain),
                    deviceId,
                    address.domain(),
                    XWing.publicKey(primitives, sealingKey),
                    back,
                    Bytes.of(random.next(LineRedemption.NONCE_LENGTH)),
                    now,
                    now + LineRedemption.MAX_LIFETIME_MILLIS);
            LineRequest request = new LineRequest.Redeem(
                    SignedRedemption.sign(primitives, random, redemption, key, device, chain.wire(), officeKey));
            boolean isOwn = address.domain().equals(chain.genesis().officeDomain());
            return RedemptionAnswer.decode(isOwn ? ask(request) : turns.away(() -> ask(request)));
        } finally {
            key.erase();
        }
    }

    private void keepHeld(LineAddress address, LineId id, RedemptionAnswer.Known known, RedemptionAnswer.Opened opened)
            throws Exception {
        Keepsake.Held before = book.heldSealed().get(id);
        Keepsake.Held now = new Keepsake.Held(address, known.bound(), opened.card(), known.chain(), known.officeKey());
        if (!now.encode().equals(before == null ? Bytes.EMPTY : before.encode())) {
            keep(id, now, readers(true), clock.get());
        }
    }

    /** Asks what became of a line; what is found out is seen after the next {@link #read}. */
    private void refresh(Keepsake.Held held) throws Exception {
        long question = ++questions;
        RedemptionAnswer answer;
        boolean isElsewhere =
                !held.address().domain().equals(own.get().genesis().officeDomain());
        if (isElsewhere) {
            turns.away(() -> {
                errands.acquire();
                return true;
            });
        }
        try {
            answer = asked(held.address(), null);
        } finally {
            if (isElsewhere) {
                errands.release();
            }
        }
        if (answered.getOrDefault(held.id(), 0L) > question) {
            // Somebody who asked later has been answered before.
            return;
        }
        answered.put(held.id(), question);
        switch (answer) {
            case RedemptionAnswer.None _ -> {
                HeldLine line = book.held().get(held.id());
                if (gone.add(held.id()) && line != null) {
                    events.gone(new HeldLine(line.id(), line.issuer(), line.terms(), line.bound(), true));
                }
            }
            case RedemptionAnswer.Known known -> {
                gone.remove(held.id());
                keepHeld(
                        held.address(),
                        held.id(),
                        known,
                        known.open(primitives, held.address().secret(), held.id()));
            }
            case RedemptionAnswer.Renewed renewed -> {
                var _ = renewed(held.address(), held.id(), renewed);
            }
        }
    }

    /** Takes the line that has taken another's place. */
    private @Nullable LineId renewed(LineAddress old, LineId oldId, RedemptionAnswer.Renewed renewed) throws Exception {
        LineIssue issue = LineIssue.decode(renewed.issue().statement());
        VerifiedChain issuer =
                RedemptionAnswer.issuer(primitives, issue.issuer(), renewed.chain(), renewed.officeKey());
        renewed.issue().verify(primitives, LineIssue.LABEL, issuer);
        Keepsake.Held before = book.heldSealed().get(oldId);
        LineIssue.Replaces replaces = issue.replaces();
        boolean fits = replaces != null
                && replaces.lineId().equals(oldId)
                && (before == null || before.card().issuer().principal().equals(issuer.principal()));
        if (!fits || replaces == null) {
            throw new PhoneException("The office offers another line than the one that took the old one's place.");
        }
        Bytes purpose = LineIssue.renewalPurpose(oldId, issue.lineId());
        Bytes inner = replaces.sealedSecret().open(primitives, deviceId, sealingKey, purpose);
        Bytes secret = old.secret().open(primitives, LineSecret.Use.RENEWAL, purpose, inner);
        if (secret.length() != LineSecret.LENGTH) {
            throw new PhoneException("The new line cannot be read.");
        }
        LineAddress next = new LineAddress(old.domain(), new LineSecret(Secret.owning(secret.toArray())));
        if (asked(next, null) instanceof RedemptionAnswer.Known known) {
            LineId id = next.secret().id(primitives);
            boolean isNew = !book.heldSealed().containsKey(id);
            keepHeld(next, id, known, known.open(primitives, next.secret(), id));
            ask(new LineRequest.RemoveItem(oldId));
            if (isNew) {
                newlyReady.add(id);
            }
            return id;
        }
        return null;
    }

    /** Lines that redeemers of this person's lines brought in return, once they are holders. */
    private void takeReturns() throws Exception {
        Set<OfficeDomain> away = new LinkedHashSet<>();
        for (GivenLine line : List.copyOf(book.given().values())) {
            SignedRedemption.Verified redeemer = redeemers.get(line.id());
            LineAddress address = book.addresses().get(line.id());
            LineRedemption.ReturnLine back =
                    redeemer == null ? null : redeemer.redemption().returnLine();
            if (back == null
                    || address == null
                    || redeemer == null
                    || book.heldSealed().containsKey(back.lineId())
                    || gone.contains(back.lineId())
                    || line.facts().state() != LineFacts.State.BOUND
                    || !line.facts().isHolder(redeemer.redemption().holder())
                    || away.contains(redeemer.redemption().redeemer().officeDomain())) {
                continue;
            }
            try {
                take(line.id(), address, redeemer, back);
            } catch (LineException | org.whodis.core.crypto.CryptoException e) {
                gone.add(back.lineId());
                LOG.warn("the line that was brought in return cannot be read");
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // Their office is away, or lies: asked again next time, and no other office's line waits for it.
                away.add(redeemer.redemption().redeemer().officeDomain());
                LOG.debug("the line that was brought in return could not be asked after: {}", e.toString());
            }
        }
    }

    private void take(
            LineId line, LineAddress address, SignedRedemption.Verified redeemer, LineRedemption.ReturnLine back)
            throws Exception {
        Bytes secret = address.secret()
                .open(primitives, LineSecret.Use.RETURN, returnPurpose(line, back.lineId()), back.sealedSecret());
        LineException.require(secret.length() == LineSecret.LENGTH, LineException.Reason.MALFORMED);
        LineAddress theirs = new LineAddress(
                redeemer.redemption().redeemer().officeDomain(), new LineSecret(Secret.owning(secret.toArray())));
        if (asked(theirs, null) instanceof RedemptionAnswer.Known known
                && !book.heldSealed().containsKey(back.lineId())) {
            RedemptionAnswer.Opened opened = known.open(primitives, theirs.secret(), back.lineId());
            LineException.require(
                    opened.issuer().principal().equals(redeemer.chain().principal()),
                    LineException.Reason.ANOTHER_PARTY);
            keepHeld(theirs, back.lineId(), known, opened);
            newlyReady.add(back.lineId());
            read();
        }
    }

    // Helpers.

    private SignedByDevice sign(String label, Encodable statement) {
        return SignedByDevice.sign(primitives, random, device, label, statement);
    }

    private Bytes ask(LineRequest request) throws Exception {
        try {
            return office.ask(request).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
