package org.whodis.core.message;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The people of a device's office, as verified chains (protocol section 4). A chain that was once seen is never given up for
 * an older one or for another that does not extend it.
 *
 * <p>All are read when a session begins; from then on the office sends each chain that is new or has grown
 * ({@link FromOffice.PersonNews}). To read: {@link #begin}, ask the office for the page after nobody, give {@link #page} what
 * it answers, and call {@link #work} until it says {@link Progress#WAITING}. After {@link Progress#ASK} the page after
 * {@link Reading#last} is asked for; after {@link Progress#FINISHED} and after {@link #changed}, {@link #takeGrown} says whether
 * the owner's own chain is longer.
 *
 * <p>Verifying takes about a millisecond a signature in a browser, so a page is verified a few chains at a time, and a call that
 * comes in meanwhile is not kept waiting. One thread.
 */
public final class Directory {
    /** Pages hold at least a dozen people: an office of more than this sends pages without end. */
    static final int MAX_PAGES = 1_000;

    /** News of more people than such pages have is not listened to. */
    static final int MAX_PEOPLE = 12 * MAX_PAGES;

    /** News that come while everything is being read; with more than these it is read anew. */
    static final int MAX_LATE = 32;

    /** Chains that are verified before somebody else has a turn. */
    static final int CHAINS_AT_ONCE = 4;

    private final Primitives primitives;
    private final OfficeKeys offices;
    private Map<PrincipalId, VerifiedChain> people = new LinkedHashMap<>();

    /** Those whom a later reading left out, so that the office cannot show them again with a shorter chain. */
    private final Map<PrincipalId, VerifiedChain> leftOut = new LinkedHashMap<>();

    private List<SignedStatement> missing = List.of();
    private final List<VerifiedChain> shorter = new ArrayList<>();
    private VerifiedChain own;
    private @Nullable VerifiedChain grown;
    private @Nullable Reading reading;

    /** What {@link #work} asks for. */
    public enum Progress {
        /** Nothing: there is no reading, or the office has to answer first. */
        WAITING,
        /** There is more to verify. */
        AGAIN,
        /** The page after {@link Reading#last}. */
        ASK,
        /** Everybody was read: {@link #people} is another list. */
        FINISHED
    }

    /** One reading of all pages. */
    public static final class Reading {
        private final Map<PrincipalId, VerifiedChain> found = new LinkedHashMap<>();
        private final List<UnverifiedChain> toVerify = new ArrayList<>();
        private final List<UnverifiedChain> late = new ArrayList<>();
        private @Nullable PrincipalId last;
        private boolean isAsked = true;
        private boolean more;
        private int pages;
        private boolean isOld;

        private Reading() {}

        /** The last person that was read; null before the first page. */
        public @Nullable PrincipalId last() {
            return last;
        }
    }

    public Directory(Primitives primitives, OfficeKeys offices, VerifiedChain own) {
        this.primitives = primitives;
        this.offices = offices;
        this.own = own;
    }

    /** The chain of the device's own person. */
    public VerifiedChain own() {
        return own;
    }

    /**
     * The own chain is longer.
     *
     * @return false if {@code longer} does not extend what is known, which then stays
     */
    public boolean ownIs(VerifiedChain longer) {
        if (longer.head().equals(own.head()) || !longer.contains(own.head())) {
            return false;
        }
        own = longer;
        return true;
    }

    public @Nullable VerifiedChain find(PrincipalId principal) {
        return people.get(principal);
    }

    /** Everybody but oneself, by name. */
    public List<VerifiedChain> people() {
        Map<String, VerifiedChain> sorted = new TreeMap<>();
        for (VerifiedChain chain : people.values()) {
            sorted.put(chain.genesis().name() + "\n" + chain.principal().value().hex(), chain);
        }
        return List.copyOf(sorted.values());
    }

    /** Begins to read; what was being read comes to nothing. */
    public Reading begin() {
        Reading begun = new Reading();
        reading = begun;
        return begun;
    }

    /** The reading that goes on, or null. */
    public @Nullable Reading reading() {
        return reading;
    }

    /** No page will come: the next session reads everything again. */
    public void lost(Reading which) {
        if (reading == which) {
            reading = null;
        }
    }

    /**
     * The office's answer to {@code which}; of a reading that has come to nothing it is none.
     *
     * @throws DecodeException the reading has come to nothing, and what was known stays
     */
    public void page(Reading which, Bytes body) throws DecodeException {
        if (reading != which || !which.isAsked) {
            return;
        }
        try {
            DirectoryPage page = DirectoryPage.decode(body);
            which.isAsked = false;
            which.toVerify.addAll(page.contacts());
            which.more = page.more() && !page.contacts().isEmpty() && which.pages < MAX_PAGES;
            which.pages++;
        } catch (DecodeException malformed) {
            reading = null;
            throw malformed;
        }
    }

    /** Whether {@link #work} has something to do now. */
    public boolean isBusy() {
        return reading != null && !reading.isAsked;
    }

    public Progress work() {
        Reading current = reading;
        if (current == null || current.isAsked) {
            return Progress.WAITING;
        }
        for (int i = 0; i < CHAINS_AT_ONCE && !current.toVerify.isEmpty(); i++) {
            read(current, current.toVerify.remove(0));
        }
        if (!current.toVerify.isEmpty()) {
            return Progress.AGAIN;
        }
        if (current.more) {
            current.isAsked = true;
            return Progress.ASK;
        }
        finish(current);
        if (current.isOld) {
            begin();
            return Progress.ASK;
        }
        return Progress.FINISHED;
    }

    private void read(Reading current, UnverifiedChain unverified) {
        PrincipalId principal = principal(unverified);
        // Pages are in the order of the ids; one that goes back would go on for ever.
        boolean isFurther = current.last == null || principal.compareTo(current.last) > 0;
        current.more &= isFurther;
        current.last = isFurther ? principal : current.last;
        noteMissing(unverified);
        VerifiedChain verified = verify(known(principal), unverified);
        if (verified != null) {
            current.found.put(principal, verified);
        }
    }

    private void finish(Reading done) {
        reading = null;
        VerifiedChain mine = done.found.remove(own.principal());
        if (mine != null) {
            noteOwn(mine);
        }
        people.forEach((principal, chain) -> {
            if (!done.found.containsKey(principal)) {
                leaveOut(principal, chain);
            }
        });
        people = done.found;
        for (VerifiedChain each : people.values()) {
            noteRevoked(each);
        }
        // The pages may be older than what was told while they were read.
        done.late.forEach(this::changed);
    }

    /**
     * The office says that somebody is new, or has another device, or one less. Of somebody of another office, with whom one
     * of this office's people is in a call, it says the last alone; they do not come into {@link #people}.
     *
     * @return whether {@link #people} is another list
     */
    public boolean changed(UnverifiedChain unverified) {
        if (isElsewhere(unverified)) {
            VerifiedChain theirs = verify(null, unverified);
            if (theirs != null) {
                noteRevoked(theirs);
            }
            return false;
        }
        Reading current = reading;
        if (current != null && current.late.size() < MAX_LATE) {
            current.late.add(unverified);
        } else if (current != null) {
            current.isOld = true;
        }
        PrincipalId principal = principal(unverified);
        VerifiedChain known = known(principal);
        VerifiedChain verified = verify(known, unverified);
        VerifiedChain listed = principal.equals(own.principal()) ? own : people.get(principal);
        if (verified == null || listed != null && verified.head().equals(listed.head())) {
            return false;
        }
        if (principal.equals(own.principal())) {
            noteOwn(verified);
            return false;
        }
        if (listed == null && people.size() >= MAX_PEOPLE) {
            return false;
        }
        people.put(principal, verified);
        noteRevoked(verified);
        return true;
    }

    /** Chains from which devices were revoked, for the calls ({@code CallInput.ChainLearned}); each time they were read or told. */
    public List<VerifiedChain> takeRevoked() {
        List<VerifiedChain> taken = List.copyOf(shorter);
        shorter.clear();
        return taken;
    }

    /**
     * What the office lacks of the own chain, in its order: its data folder has come back from a backup, and so would have a
     * device that was revoked since. Given back to it ({@code ToOffice.ChainAppend}), it has to take it: it is signed. Once.
     */
    public List<SignedStatement> takeMissing() {
        List<SignedStatement> taken = missing;
        missing = List.of();
        return taken;
    }

    private void noteMissing(UnverifiedChain atOffice) {
        List<SignedStatement> mine = own.wire().statements();
        int length = atOffice.statements().size();
        boolean isOlder = atOffice.genesis().equals(own.wire().genesis())
                && length < mine.size()
                && mine.subList(0, length).equals(atOffice.statements());
        if (isOlder) {
            missing = List.copyOf(mine.subList(length, mine.size()));
        }
    }

    private void noteRevoked(VerifiedChain chain) {
        if (!chain.revoked().isEmpty() && shorter.size() < MAX_PEOPLE) {
            shorter.add(chain);
        }
    }

    private boolean isElsewhere(UnverifiedChain unverified) {
        try {
            Genesis genesis = Genesis.decode(unverified.genesis().genesis());
            return !genesis.officeDomain().equals(own.genesis().officeDomain());
        } catch (DecodeException malformed) {
            return false;
        }
    }

    /** The own chain as the office has it, if it is longer than what was given to {@link #ownIs}; once. */
    public @Nullable VerifiedChain takeGrown() {
        VerifiedChain taken = grown;
        grown = null;
        return taken;
    }

    private void noteOwn(VerifiedChain mine) {
        boolean isLonger = mine.contains(own.head()) && !mine.head().equals(own.head());
        if (isLonger && (grown == null || mine.contains(grown.head()))) {
            grown = mine;
        }
    }

    private @Nullable VerifiedChain known(PrincipalId principal) {
        if (principal.equals(own.principal())) {
            return own;
        }
        VerifiedChain listed = people.get(principal);
        return listed == null ? leftOut.get(principal) : listed;
    }

    private void leaveOut(PrincipalId principal, VerifiedChain chain) {
        leftOut.put(principal, chain);
        if (leftOut.size() > MAX_PEOPLE) {
            leftOut.remove(leftOut.keySet().iterator().next());
        }
    }

    private @Nullable VerifiedChain verify(@Nullable VerifiedChain known, UnverifiedChain unverified) {
        try {
            return unverified.verifyAfter(known, primitives, offices);
        } catch (IdentityException e) {
            return known;
        }
    }

    private PrincipalId principal(UnverifiedChain unverified) {
        return PrincipalId.of(primitives, unverified.genesis().genesis());
    }
}
