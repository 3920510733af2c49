package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.DirectoryPage;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The people of this phone's office, as verified chains. A chain that was once seen is never given up for an older one or
 * for another that does not extend it.
 *
 * <p>Verifying takes about a millisecond a signature in a browser, so a page of the directory is verified a few chains at a
 * time ({@link #run}), and a call that comes in meanwhile is not kept waiting.
 */
final class Directory {
    /** Pages hold at least a dozen people: an office of more than this sends pages without end. */
    private static final int MAX_PAGES = 1_000;

    /** Chains that are verified before somebody else has a turn. */
    private static final int CHAINS_AT_ONCE = 4;

    private final Shell shell;
    private final OfficeSession session;
    private final OfficeKeys offices;
    private final Listener listener;
    private final Map<PrincipalId, VerifiedChain> people = new LinkedHashMap<>();
    private VerifiedChain own;
    private @Nullable Reading reading;

    interface Listener {
        /** This person's own chain has grown. */
        void grown(VerifiedChain own);
    }

    /** One reading of all pages. */
    private static final class Reading {
        final Map<PrincipalId, VerifiedChain> found = new LinkedHashMap<>();
        final List<UnverifiedChain> toVerify = new ArrayList<>();

        @Nullable
        PrincipalId last;

        boolean more;
        int pages;
    }

    Directory(Shell shell, OfficeSession session, OfficeKeys offices, VerifiedChain own, Listener listener) {
        this.shell = shell;
        this.session = session;
        this.offices = offices;
        this.own = own;
        this.listener = listener;
    }

    VerifiedChain own() {
        return own;
    }

    void ownIs(VerifiedChain grown) {
        own = grown;
    }

    @Nullable
    VerifiedChain find(PrincipalId principal) {
        return people.get(principal);
    }

    /** Everybody but oneself, by name. */
    List<VerifiedChain> people() {
        Map<String, VerifiedChain> sorted = new TreeMap<>();
        for (VerifiedChain chain : people.values()) {
            sorted.put(chain.genesis().name() + "\n" + chain.principal().value().hex(), chain);
        }
        return List.copyOf(sorted.values());
    }

    /** Asks the office, page by page; what was being read is read anew. */
    void read() {
        Reading begun = new Reading();
        reading = begun;
        ask(begun);
    }

    private void ask(Reading current) {
        session.request(id -> new ToOffice.Directory(id, current.last), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                if (reading == current) {
                    page(current, body);
                }
            }

            @Override
            public void refused(int code) {
                lost();
            }

            @Override
            public void lost() {
                if (reading == current) {
                    // The next session reads it again.
                    reading = null;
                }
            }
        });
    }

    private void page(Reading current, Bytes body) {
        try {
            DirectoryPage page = DirectoryPage.decode(body);
            current.toVerify.addAll(page.contacts());
            current.more = page.more() && !page.contacts().isEmpty() && current.pages < MAX_PAGES;
            current.pages++;
        } catch (DecodeException e) {
            reading = null;
        }
    }

    /** Whether {@link #run} has something to do now. */
    boolean isBusy() {
        return reading != null && !reading.toVerify.isEmpty();
    }

    void run() {
        Reading current = reading;
        if (current == null || current.toVerify.isEmpty()) {
            return;
        }
        for (int i = 0; i < CHAINS_AT_ONCE && !current.toVerify.isEmpty(); i++) {
            UnverifiedChain unverified = current.toVerify.remove(0);
            PrincipalId principal =
                    PrincipalId.of(shell.primitives, unverified.genesis().genesis());
            boolean isFurther = current.last == null || principal.compareTo(current.last) > 0;
            // Pages are in the order of the ids; one that goes back would go on for ever.
            current.more &= isFurther;
            current.last = isFurther ? principal : current.last;
            VerifiedChain verified = verify(principal, unverified);
            if (verified != null) {
                current.found.put(principal, verified);
            }
        }
        if (current.toVerify.isEmpty()) {
            if (current.more) {
                ask(current);
            } else {
                finish(current);
            }
        }
    }

    private void finish(Reading done) {
        reading = null;
        VerifiedChain mine = done.found.remove(own.principal());
        people.clear();
        people.putAll(done.found);
        shell.changed();
        if (mine != null && !mine.head().equals(own.head()) && mine.contains(own.head())) {
            listener.grown(mine);
        }
    }

    private @Nullable VerifiedChain verify(PrincipalId principal, UnverifiedChain unverified) {
        VerifiedChain known = principal.equals(own.principal()) ? own : people.get(principal);
        try {
            return unverified.verifyAfter(known, shell.primitives, offices);
        } catch (IdentityException e) {
            return known;
        }
    }
}
