package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * What this person's devices have signed of the lines that they gave and of when they want to be rung: read from the office,
 * checked here, and given to the call engine, which rings by it. Lines are made and looked at on the Java phone.
 */
final class LineBook {
    /** Of 4096 lines, more than a page may hold no fewer than one each. */
    private static final int MAX_PAGES = 4_096;

    private final Shell shell;
    private final OfficeSession session;
    private final Listener listener;
    private int reading;
    private final List<Runnable> waiting = new ArrayList<>();

    interface Listener {
        VerifiedChain own();

        void guardChanged(LineGuard guard);
    }

    private interface Body {
        void is(Bytes body) throws DecodeException;
    }

    LineBook(Shell shell, OfficeSession session, Listener listener) {
        this.shell = shell;
        this.session = session;
        this.listener = listener;
    }

    /** Reads everything anew, then runs {@code then}, whatever came of it. */
    void read(Runnable then) {
        waiting.add(then);
        int mine = ++reading;
        ask(mine, new LineRequest.GetSettings(), body -> {
            LineSettings settings = settings(LinePages.Settings.decode(body).settings());
            page(mine, null, 0, settings, new ArrayList<>());
        });
    }

    private void page(
            int mine,
            @Nullable LineId after,
            int pages,
            @Nullable LineSettings settings,
            List<IssuedLine.Verified> collected) {
        ask(mine, new LineRequest.ListIssued(after), body -> {
            LinePages.Issued page = LinePages.Issued.decode(body);
            LineId last = after;
            for (IssuedLine line : page.lines()) {
                IssuedLine.Verified verified = verify(line);
                if (verified != null) {
                    collected.add(verified);
                    last = verified.facts().id();
                }
            }
            if (page.more() && last != null && !last.equals(after) && pages < MAX_PAGES) {
                page(mine, last, pages + 1, settings, collected);
            } else {
                listener.guardChanged(LineGuard.of(listener.own().genesis().officeDomain(), collected, settings));
                finish();
            }
        });
    }

    private IssuedLine.@Nullable Verified verify(IssuedLine line) {
        try {
            return line.verify(shell.primitives, listener.own());
        } catch (LineException e) {
            return null;
        }
    }

    private @Nullable LineSettings settings(@Nullable SignedByDevice signed) throws DecodeException {
        if (signed == null) {
            return null;
        }
        try {
            signed.verify(shell.primitives, LineSettings.LABEL, listener.own());
            LineSettings said = LineSettings.decode(signed.statement());
            return said.principal().equals(listener.own().principal()) ? said : null;
        } catch (LineException e) {
            return null;
        }
    }

    private void ask(int mine, LineRequest request, Body then) {
        session.request(id -> new ToOffice.Line(id, request.encode()), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                if (mine != reading) {
                    return;
                }
                try {
                    then.is(body);
                } catch (DecodeException e) {
                    finish();
                }
            }

            @Override
            public void refused(int code) {
                lost();
            }

            @Override
            public void lost() {
                if (mine == reading) {
                    finish();
                }
            }
        });
    }

    private void finish() {
        List<Runnable> due = new ArrayList<>(waiting);
        waiting.clear();
        due.forEach(Runnable::run);
    }
}
