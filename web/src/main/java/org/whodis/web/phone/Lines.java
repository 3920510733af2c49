package org.whodis.web.phone;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.BroughtLine;
import org.whodis.core.line.DeskView;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.Keepsake;
import org.whodis.core.line.Knock;
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
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The lines of an enrolled phone: the shell around {@link MyLines}, which decides. What is to be done is done in turns, one after
 * another; while another office is asked, others have theirs.
 */
final class Lines {
    /** Of {@link #turns}: nobody presses so much, and what an office sends news of is read once for all of it. */
    private static final int MAX_TURNS = 1_024;

    private final Shell shell;
    private final OfficeSession session;
    private final LineOwner owner;
    private final MyLines lines;
    private final Listener listener;
    private final Queue<Runnable> turns = new ArrayDeque<>();
    private boolean isBusy;
    private final Set<OfficeDomain> askedForReturns = new HashSet<>();
    private boolean isReadQueued;
    private boolean isRead;
    private @Nullable DeskView desk;

    interface Listener {
        void guardChanged(LineGuard guard);

        void officeKnown(LineChange.OfficeKnown office);

        @Nullable
        VerifiedChain person(PrincipalId person);

        /** Calls the issuer of a line. */
        void dial(int deed, VerifiedChain issuer, LineSecret line);
    }

    /** Something that is begun at a time. */
    private interface Beginning<T> {
        LineStep<T> at(long now) throws DecodeException, LineException;
    }

    /** What becomes of it. */
    private interface Ending<T> {
        void done(T result);

        /** Nothing, unless somebody waits for it: the next news ask again. */
        @SuppressWarnings("unused") // for those who want to know
        default void failed(Problem why, boolean doesNotHold) {}
    }

    Lines(Shell shell, OfficeSession session, LineOwner owner, Listener listener) {
        this.shell = shell;
        this.session = session;
        this.owner = owner;
        this.lines = new MyLines(owner);
        this.listener = listener;
    }

    LineBook book() {
        return lines.book();
    }

    /** Whether the book has been read, rather than being empty for now. */
    boolean isRead() {
        return isRead;
    }

    LineSettings settings() {
        return lines.settingsIn(lines.book());
    }

    /** What waits at the desk; null if this person does not sit there. */
    @Nullable
    DeskView desk() {
        return desk;
    }

    void close() {
        turns.clear();
        owner.erase();
    }

    // What happens by itself.

    void sessionIsUp() {
        lines.sessionIsUp();
        read(() -> {
            for (Keepsake.Held each : List.copyOf(lines.book().kept().values())) {
                refresh(each);
            }
            readSoon();
        });
        readDesk();
    }

    /** Reads everything anew, then runs {@code then}, whatever came of it. */
    void read(Runnable then) {
        begin(lines::read, new Ending<>() {
            @Override
            public void done(LineBook book) {
                takeReturns();
                then.run();
            }

            @Override
            public void failed(Problem why, boolean doesNotHold) {
                then.run();
            }
        });
    }

    void news(LineNews news) {
        switch (news.kind()) {
            case ISSUED -> readSoon();
            case HELD ->
                read(() -> {
                    Keepsake.Held kept = lines.book().kept().get(news.lineId());
                    if (kept != null) {
                        refresh(kept);
                        readSoon();
                    }
                });
            case DESK -> {
                readDesk();
                readSoon();
            }
        }
    }

    /** News that come while a reading waits its turn are read with it. */
    private void readSoon() {
        if (!isReadQueued) {
            isReadQueued = true;
            begin(
                    now -> {
                        isReadQueued = false;
                        return lines.read(now);
                    },
                    _ -> takeReturns());
        }
    }

    private void refresh(Keepsake.Held kept) {
        begin(now -> lines.refresh(kept, now), _ -> readSoon());
    }

    private void readDesk() {
        begin(_ -> lines.desk(), new Ending<>() {
            @Override
            public void done(DeskView view) {
                desk = view;
                shell.changed();
            }

            @Override
            public void failed(Problem why, boolean doesNotHold) {
                if (why != Problem.OFFICE_UNREACHABLE) {
                    desk = null;
                    shell.changed();
                }
            }
        });
    }

    /** Lines that were brought in return, one after another of an office; what cannot be had now is asked for with the next news. */
    private void takeReturns() {
        for (BroughtLine each : lines.brought()) {
            if (askedForReturns.add(each.office())) {
                begin(now -> lines.take(each, now), new Ending<>() {
                    @Override
                    public void done(LineBook book) {
                        askedForReturns.remove(each.office());
                        // An office that says that there is none may have it yet: it is not asked again at once.
                        if (!lines.brought().contains(each)) {
                            takeReturns();
                        }
                    }

                    @Override
                    public void failed(Problem why, boolean doesNotHold) {
                        askedForReturns.remove(each.office());
                        if (doesNotHold) {
                            lines.refuse(each);
                            takeReturns();
                        }
                    }
                });
            }
        }
    }

    // What a person does.

    void act(int deed, LineDeed what) {
        switch (what) {
            case LineDeed.Give give -> give(deed, give);
            case LineDeed.HandOver(LineId line) -> handOver(deed, line);
            case LineDeed.Check(String address) -> {
                if (parse(deed, address) != null) {
                    shell.done(deed);
                }
            }
            case LineDeed.Redeem(String address, boolean andBack) -> {
                LineAddress parsed = parse(deed, address);
                if (parsed != null) {
                    begin(
                            now -> lines.redeem(parsed, andBack, now),
                            deed(
                                    deed,
                                    redeemed -> shell.done(
                                            deed, redeemed.id().value().hex())));
                }
            }
            case LineDeed.Decide(LineId line, PrincipalId shown, boolean approve) -> decide(deed, line, shown, approve);
            case LineDeed.Withdraw(LineId line) -> begin(now -> lines.withdraw(line, now), deed(deed));
            case LineDeed.Renew(LineId line) -> begin(now -> lines.renew(line, now), deed(deed));
            case LineDeed.Acknowledge(LineId line) -> begin(_ -> lines.acknowledge(line), deed(deed));
            case LineDeed.Call(LineId line) -> call(deed, line);
            case LineDeed.Quiet quiet ->
                change(deed, settings -> settings.withQuiet(quiet.hours(), quiet.sendToDesk()));
            case LineDeed.Favourite(PrincipalId person, boolean isOne) ->
                change(deed, settings -> settings.withFavourites(with(settings.favourites(), person, isOne)));
            case LineDeed.Block(PrincipalId person, boolean isBlocked) ->
                change(deed, settings -> settings.withBlocked(with(settings.blocked(), person, isBlocked)));
            case LineDeed.KnockAt knock -> knock(deed, knock);
            case LineDeed.DismissKnock(Bytes nonce) ->
                begin(_ -> lines.dismissKnock(nonce), deed(deed, _ -> {
                    readDesk();
                    shell.done(deed);
                }));
        }
    }

    private void give(int deed, LineDeed.Give give) {
        LineHolder holder = null;
        PrincipalId person = give.person();
        if (person != null) {
            VerifiedChain chain = person(person);
            if (chain == null) {
                shell.failed(deed, Problem.NOT_NOW);
                return;
            }
            holder = new LineHolder(person, chain.genesis().officeDomain());
        }
        if (!LineOrder.isNote(give.note())) {
            shell.failed(deed, Problem.LINE_NOTE);
            return;
        }
        LineOrder order = new LineOrder(give.note(), give.terms(), holder);
        begin(now -> lines.give(order, now), deed(deed, made -> shell.done(deed, LinesJson.handOver(made))));
    }

    /** Somebody in the list, whose line one holds, or who knocked. */
    @Nullable
    VerifiedChain person(PrincipalId person) {
        VerifiedChain listed = listener.person(person);
        if (listed != null) {
            return listed;
        }
        for (RedeemedLine line : lines.book().held().values()) {
            if (line.issuer().principal().equals(person)) {
                return line.issuer();
            }
        }
        DeskView waiting = desk;
        if (waiting != null) {
            for (DeskView.KnockView each : waiting.knocks()) {
                if (each.knocker().principal().equals(person)) {
                    return each.knocker();
                }
            }
        }
        return null;
    }

    private void handOver(int deed, LineId line) {
        LineAddress address = lines.book().addresses().get(line);
        if (address == null) {
            shell.failed(deed, Problem.NOT_NOW);
        } else {
            NewLine again = new NewLine(
                    line, address.link(shell.primitives), address.domain().value(), address.words(shell.primitives));
            shell.done(deed, LinesJson.handOver(again));
        }
    }

    private @Nullable LineAddress parse(int deed, String address) {
        try {
            return owner.parse(address);
        } catch (MistypedException e) {
            shell.failed(deed, Problem.LINE_MISTYPED, LinesJson.mistyped(e.mistake()));
            return null;
        }
    }

    private void decide(int deed, LineId line, PrincipalId shown, boolean approve) {
        GivenLine known = lines.book().given().get(line);
        LineHolder holder = known == null ? null : known.facts().holder();
        if (holder == null || !holder.principal().equals(shown)) {
            shell.failed(deed, Problem.LINE_SOMEBODY_ELSE);
        } else {
            begin(now -> lines.decide(line, holder, approve, now), deed(deed, _ -> {
                takeReturns();
                shell.done(deed);
            }));
        }
    }

    private void call(int deed, LineId line) {
        RedeemedLine held = lines.book().held().get(line);
        LineSecret secret = lines.book().secretOf(line);
        if (held == null || secret == null || !rings(held)) {
            shell.failed(deed, Problem.NOT_NOW);
        } else {
            listener.dial(deed, held.issuer(), secret);
        }
    }

    /** Calls somebody by the line that they gave to this person. */
    void call(int deed, PrincipalId issuer) {
        for (RedeemedLine line : lines.book().held().values()) {
            if (line.issuer().principal().equals(issuer) && rings(line)) {
                call(deed, line.id());
                return;
            }
        }
        shell.failed(deed, Problem.NOT_DIALLED);
    }

    /** Everybody whom this person can call by a line. */
    List<VerifiedChain> issuers() {
        Map<PrincipalId, VerifiedChain> out = new LinkedHashMap<>();
        for (RedeemedLine line : lines.book().held().values()) {
            if (rings(line)) {
                out.putIfAbsent(line.issuer().principal(), line.issuer());
            }
        }
        return List.copyOf(out.values());
    }

    private static boolean rings(RedeemedLine line) {
        return line.bound() && !line.gone();
    }

    private interface Change {
        LineSettings of(LineSettings before);
    }

    private void change(int deed, Change change) {
        begin(now -> lines.change(change::of, now), deed(deed));
    }

    private static List<PrincipalId> with(List<PrincipalId> before, PrincipalId person, boolean isIn) {
        List<PrincipalId> out = new ArrayList<>(before);
        out.remove(person);
        if (isIn) {
            out.add(person);
        }
        return out;
    }

    private void knock(int deed, LineDeed.KnockAt knock) {
        String domain = knock.office().strip();
        if (!OfficeDomain.isValid(domain) || !Knock.isText(knock.name(), knock.text())) {
            shell.failed(deed, Problem.LINE_NOTE);
        } else {
            begin(now -> lines.knock(new OfficeDomain(domain), knock.name(), knock.text(), now), deed(deed));
        }
    }

    private <T> Ending<T> deed(int deed) {
        return deed(deed, _ -> shell.done(deed));
    }

    private interface Result<T> {
        void is(T result);
    }

    private <T> Ending<T> deed(int deed, Result<T> then) {
        return new Ending<>() {
            @Override
            public void done(T result) {
                then.is(result);
            }

            @Override
            public void failed(Problem why, boolean doesNotHold) {
                shell.failed(deed, why);
            }
        };
    }

    // Turns.

    private <T> void begin(Beginning<T> beginning, Ending<T> ending) {
        if (turns.size() >= MAX_TURNS) {
            ending.failed(Problem.NOT_NOW, false);
            return;
        }
        turns.add(() -> go(() -> beginning.at(shell.now()), ending));
        next();
    }

    private void next() {
        while (!isBusy) {
            Runnable turn = turns.poll();
            if (turn == null) {
                return;
            }
            isBusy = true;
            turn.run();
        }
    }

    private interface Making<T> {
        LineStep<T> step() throws DecodeException, LineException;
    }

    private <T> void go(Making<T> making, Ending<T> ending) {
        LineStep<T> step;
        try {
            step = making.step();
        } catch (LineException e) {
            fail(ending, problem(e.reason()), true);
            return;
        } catch (DecodeException e) {
            fail(ending, Problem.OFFICE_OF_OLDER_RELEASE, false);
            return;
        }
        tell();
        switch (step) {
            case LineStep.Done<T>(T result) -> {
                isBusy = false;
                ending.done(result);
            }
            case LineStep.Ask<T>(LineRequest request, boolean isElsewhere, LineStep.Next<T> next) ->
                ask(request, isElsewhere, next, ending);
        }
    }

    private <T> void ask(LineRequest request, boolean isElsewhere, LineStep.Next<T> next, Ending<T> ending) {
        if (isElsewhere) {
            isBusy = false;
        }
        session.request(id -> new ToOffice.Line(id, request.encode()), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                again(() -> go(() -> next.from(body, shell.now()), ending));
            }

            @Override
            public void refused(int code) {
                again(() -> fail(ending, code == Refusal.TOO_MANY ? Problem.LINE_TOO_MANY : Problem.NOT_NOW, false));
            }

            @Override
            public void lost() {
                again(() -> fail(ending, Problem.OFFICE_UNREACHABLE, false));
            }

            private void again(Runnable turn) {
                if (isElsewhere) {
                    turns.add(turn);
                } else {
                    turn.run();
                }
                next();
            }

            private void next() {
                Lines.this.next();
            }
        });
    }

    private void fail(Ending<?> ending, Problem why, boolean doesNotHold) {
        tell();
        isBusy = false;
        ending.failed(why, doesNotHold);
    }

    private void tell() {
        for (LineChange change = lines.poll(); change != null; change = lines.poll()) {
            shell.changed();
            switch (change) {
                case LineChange.OfficeKnown known -> listener.officeKnown(known);
                case LineChange.Guard(LineGuard guard) -> {
                    isRead = true;
                    listener.guardChanged(guard);
                }
                case LineChange.Waiting _, LineChange.Tried _, LineChange.Ready _, LineChange.Gone _ -> {
                    // The snapshot says it.
                }
            }
        }
    }

    private static Problem problem(LineException.Reason reason) {
        return switch (reason) {
            case NO_SUCH_LINE -> Problem.LINE_NONE;
            case GIVEN_BY_YOURSELF -> Problem.LINE_OWN;
            case SOMEBODY_ELSE_WAITS -> Problem.LINE_SOMEBODY_ELSE;
            case NO_HOLDER -> Problem.LINE_NO_HOLDER;
            case NOT_GIVEN, NOBODY_WAITS, NOT_KEPT -> Problem.NOT_NOW;
            case MALFORMED,
                    NOT_SIGNED_BY_ITS_DEVICE,
                    ANOTHER_LINE_KEY,
                    NOT_SIGNED_BY_THE_LINE,
                    BAD_CHAIN,
                    ANOTHER_PARTY,
                    ANOTHER_OFFICE,
                    NOT_FRESH,
                    BAD_CARD,
                    NOT_SEALED_TO_US,
                    NOT_ITS_RENEWAL -> Problem.LINE_DOES_NOT_HOLD;
        };
    }
}
