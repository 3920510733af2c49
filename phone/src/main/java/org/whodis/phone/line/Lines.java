package org.whodis.phone.line;

import java.util.LinkedHashSet;
import java.util.List;
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
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Pin;
import org.whodis.core.line.BroughtLine;
import org.whodis.core.line.DeskView;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.Keepsake;
import org.whodis.core.line.LineAddress;
import org.whodis.core.line.LineBook;
import org.whodis.core.line.LineChange;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.LineOwner;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineStep;
import org.whodis.core.line.MistypedException;
import org.whodis.core.line.MyLines;
import org.whodis.core.line.NewLine;
import org.whodis.core.line.RedeemedLine;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.Contact;
import org.whodis.phone.PhoneException;

/**
 * The lines of this phone's person: the threads around {@link MyLines}, which decides. Nothing is kept here beyond one run.
 *
 * <p>May be used from any thread. Everything happens in {@link Turns}; while another office is asked, the turn is given away.
 */
public final class Lines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);

    /** Of {@link #errands}. */
    private static final int MAX_ERRANDS = 8;

    private final LineOwner owner;
    private final MyLines lines;
    private final Supplier<Long> clock;
    private final Supplier<List<Pin>> pins;
    private final Asking office;
    private final LineEvents events;
    private final Turns turns = new Turns();

    /** Offices that are asked at once after what was given to this person; a dead one takes seconds. */
    private final Semaphore errands = new Semaphore(MAX_ERRANDS);

    // Of whoever has the turn.
    private boolean takingReturns;
    private boolean returnsAgain;

    private volatile LineBook book;
    private final AtomicBoolean isUpAnew = new AtomicBoolean();
    private final AtomicBoolean syncQueued = new AtomicBoolean();
    private final AtomicBoolean returnsQueued = new AtomicBoolean();

    /** How the office is asked. */
    @FunctionalInterface
    public interface Asking {
        /** The body of the answer; exceptionally if the office refuses or is not there. */
        CompletableFuture<Bytes> ask(LineRequest request);
    }

    /** Something that a person or the phone begins, at a time. */
    @FunctionalInterface
    private interface Beginning<T> {
        LineStep<T> at(long now) throws DecodeException, LineException;
    }

    /**
     * The lines of one enrolled phone.
     *
     * @param owner whose they are; erased with this
     * @param clock milliseconds since 1970
     */
    public Lines(LineOwner owner, Supplier<Long> clock, Supplier<List<Pin>> pins, Asking office, LineEvents events) {
        this.owner = owner;
        this.lines = new MyLines(owner);
        this.clock = clock;
        this.pins = pins;
        this.office = office;
        this.events = events;
        this.book = lines.book();
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
        return book.held().values().stream().map(this::show).toList();
    }

    public @Nullable HeldLine held(LineId id) {
        RedeemedLine line = book.held().get(id);
        return line == null ? null : show(line);
    }

    /** The secret by which a held line rings; null if there is no such line. */
    public @Nullable LineSecret secretOf(LineId id) {
        return book.secretOf(id);
    }

    public LineSettings settings() {
        return lines.settingsIn(book);
    }

    private HeldLine show(RedeemedLine line) {
        ChainDevice newest = line.issuer().devices().getLast();
        Pin pin = Assurance.pinFor(line.issuer(), pins.get());
        Contact issuer = new Contact(line.issuer(), Assurance.of(line.issuer(), newest.id(), pin, clock.get()));
        return new HeldLine(line.id(), issuer, line.terms(), line.bound(), line.gone());
    }

    // What a person does.

    /** Makes a line. */
    public CompletableFuture<NewLine> give(LineOrder order) {
        return run(now -> lines.give(order, now));
    }

    /** Reads everything anew; only the own office is asked. What was brought in return is taken soon after. */
    public CompletableFuture<List<GivenLine>> sync() {
        return turns.run(() -> {
            carryOut(this::read);
            returnsSoon();
            return given();
        });
    }

    /** Asks the issuers' offices what became of the lines that were given to this person. */
    public CompletableFuture<List<HeldLine>> refreshHeld() {
        return turns.run(() -> carryOut(this::read).kept().values().stream()
                        .collect(Collectors.groupingBy(each -> each.address().domain())))
                .thenCompose(byOffice -> CompletableFuture.allOf(byOffice.values().stream()
                        .map(each -> turns.run(() -> refreshOf(each)))
                        .toArray(CompletableFuture<?>[]::new)))
                .thenCompose(_ -> turns.run(() -> {
                    carryOut(this::read);
                    return held();
                }));
    }

    /** Lines of one office. */
    private @Nullable Void refreshOf(List<Keepsake.Held> kept) throws InterruptedException {
        for (Keepsake.Held each : kept) {
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
                parsed = owner.parse(address);
            } catch (MistypedException e) {
                throw new PhoneException("This is no line as it was given: " + e.getMessage() + ".");
            }
            return show(carryOut(now -> lines.redeem(parsed, andBack, now)));
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
            GivenLine decided = carryOut(now -> lines.decide(id, shown, approve, now));
            returnsSoon();
            return decided;
        });
    }

    /** Ends a line; it stays as a silent alarm. */
    public CompletableFuture<GivenLine> withdraw(LineId id) {
        return run(now -> lines.withdraw(id, now));
    }

    /** Puts a new line in the place of one, for the same holder, whose devices get it by themselves. */
    public CompletableFuture<GivenLine> renew(LineId id) {
        return run(now -> lines.renew(id, now));
    }

    /** The incidents of a line have been seen. */
    public CompletableFuture<GivenLine> acknowledge(LineId id) {
        return run(_ -> lines.acknowledge(id));
    }

    /** Changes when and by whom this person is rung. */
    public CompletableFuture<LineSettings> change(UnaryOperator<LineSettings> change) {
        return run(now -> lines.change(change, now));
    }

    /** Leaves a short request at an office; that is all that is ever heard of it. */
    public CompletableFuture<Void> knock(OfficeDomain at, String toName, String text) {
        return run(now -> lines.knock(at, toName, text, now)).thenApply(_ -> null);
    }

    /** What waits at the desk; refused to whoever does not sit there. */
    public CompletableFuture<DeskView> desk() {
        return run(_ -> lines.desk());
    }

    /** A knock was dealt with. */
    public CompletableFuture<Void> dismissKnock(Bytes nonce) {
        return run(_ -> lines.dismissKnock(nonce)).thenApply(_ -> null);
    }

    // What happens by itself.

    /** The session with the office is up: everything is read, and asked after. */
    public void sessionIsUp() {
        isUpAnew.set(true);
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
                        carryOut(this::read);
                        returnsSoon();
                        return given();
                    })
                    .whenComplete((_, failure) -> log(failure));
        }
    }

    private CompletableFuture<List<GivenLine>> refreshOne(LineId id) {
        return turns.run(() -> {
            Keepsake.Held kept = carryOut(this::read).kept().get(id);
            if (kept != null) {
                refresh(kept);
                carryOut(this::read);
            }
            return given();
        });
    }

    /** Asks what became of a line; what is found out is seen after the next reading. */
    private void refresh(Keepsake.Held kept) throws Exception {
        boolean isElsewhere = !kept.address().domain().equals(owner.office());
        if (isElsewhere) {
            turns.away(() -> {
                errands.acquire();
                return true;
            });
        }
        try {
            carryOut(now -> lines.refresh(kept, now));
        } finally {
            if (isElsewhere) {
                errands.release();
            }
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

    private void takeReturns() throws Exception {
        Set<OfficeDomain> away = new LinkedHashSet<>();
        for (BroughtLine each : lines.brought()) {
            if (away.contains(each.office())) {
                continue;
            }
            try {
                carryOut(now -> lines.take(each, now));
            } catch (LineException e) {
                lines.refuse(each);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // Their office is away, or lies: asked again next time, and no other office's line waits for it.
                away.add(each.office());
                LOG.debug("the line that was brought in return could not be asked after: {}", e.toString());
            }
        }
    }

    private static void log(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.debug("lines could not be read: {}", failure.toString());
        }
    }

    @Override
    public void close() {
        turns.close();
        owner.erase();
    }

    // Carrying out.

    private LineStep<LineBook> read(long now) {
        if (isUpAnew.compareAndSet(true, false)) {
            lines.sessionIsUp();
        }
        return lines.read(now);
    }

    private <T> CompletableFuture<T> run(Beginning<T> beginning) {
        return turns.run(() -> carryOut(beginning));
    }

    /** Asks what is to be asked, one thing after another, in this turn; without it while another office is asked. */
    private <T> T carryOut(Beginning<T> beginning) throws Exception {
        LineStep<T> step = beginning.at(clock.get());
        while (step instanceof LineStep.Ask<T>(LineRequest request, boolean isElsewhere, LineStep.Next<T> next)) {
            Bytes answer = isElsewhere ? turns.away(() -> ask(request)) : ask(request);
            try {
                step = next.from(answer, clock.get());
            } finally {
                tell();
            }
        }
        return ((LineStep.Done<T>) step).result();
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

    private void tell() {
        book = lines.book();
        for (LineChange change = lines.poll(); change != null; change = lines.poll()) {
            switch (change) {
                case LineChange.OfficeKnown(var domain, var key) -> events.officeKnown(domain, key);
                case LineChange.Guard(LineGuard guard) -> events.guardChanged(guard);
                case LineChange.Waiting(GivenLine line) -> events.waiting(line);
                case LineChange.Tried(GivenLine line) -> events.tried(line);
                case LineChange.Ready(RedeemedLine line) -> events.ready(show(line));
                case LineChange.Gone(RedeemedLine line) -> events.gone(show(line));
            }
        }
    }
}
