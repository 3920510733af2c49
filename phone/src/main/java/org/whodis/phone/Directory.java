package org.whodis.phone;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Directory.Progress;
import org.whodis.core.message.Directory.Reading;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.signalling.DeviceSession;
import org.whodis.phone.signalling.OfficeException;

/** Asks the office for the people of {@link org.whodis.core.message.Directory}. On the phone's thread, but for {@link #own}. */
final class Directory {
    private final DeviceSession session;
    private final Executor thread;
    private final org.whodis.core.message.Directory people;
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private volatile VerifiedChain own;

    /** @param thread the phone's own */
    Directory(PhoneConfig config, DeviceSession session, Executor thread, OfficeKeys offices, VerifiedChain own) {
        this.session = session;
        this.thread = thread;
        this.people = new org.whodis.core.message.Directory(config.primitives(), offices, own);
        this.own = own;
    }

    /** Any thread may ask. */
    VerifiedChain own() {
        return own;
    }

    /** Returns whether {@code grown} extends what is known. */
    boolean ownIs(VerifiedChain grown) {
        boolean extended = people.ownIs(grown);
        own = people.own();
        return extended;
    }

    @Nullable
    VerifiedChain find(PrincipalId principal) {
        return people.find(principal);
    }

    /** Everybody but oneself, by name. */
    List<Contact> contacts(List<Pin> pins, long nowMillis) {
        List<Contact> contacts = new ArrayList<>();
        for (VerifiedChain chain : people.people()) {
            contacts.add(Contact.of(chain, Assurance.pinFor(chain, pins), nowMillis));
        }
        return List.copyOf(contacts);
    }

    /** Asks the office, page by page; what was being read is read anew, and done with this. */
    CompletableFuture<Void> read() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiting.add(done);
        ask(people.begin());
        return done;
    }

    /** As {@link org.whodis.core.message.Directory#changed}. */
    boolean changed(UnverifiedChain chain) {
        return people.changed(chain);
    }

    boolean isReading() {
        return people.reading() != null;
    }

    /** As {@link org.whodis.core.message.Directory#takeGrown}. */
    @Nullable
    VerifiedChain takeGrown() {
        return people.takeGrown();
    }

    /** As {@link org.whodis.core.message.Directory#takeRevoked}. */
    List<VerifiedChain> takeRevoked() {
        return people.takeRevoked();
    }

    /** As {@link org.whodis.core.message.Directory#takeMissing}. */
    List<SignedStatement> takeMissing() {
        return people.takeMissing();
    }

    private void ask(Reading current) {
        var _ = session.request(id -> new ToOffice.Directory(id, current.last()))
                .whenCompleteAsync((body, failure) -> answered(current, body, failure), thread);
    }

    private void answered(Reading current, @Nullable Bytes body, @Nullable Throwable failure) {
        if (people.reading() != current) {
            return;
        }
        if (body == null || failure != null) {
            people.lost(current);
            fail(failure == null ? new IllegalStateException("no answer and no failure") : failure);
            return;
        }
        try {
            people.page(current, body);
        } catch (DecodeException e) {
            fail(new OfficeException(OfficeException.Reason.MALFORMED, "The office sent a directory that is none."));
            return;
        }
        work(current);
    }

    private void work(Reading current) {
        if (people.reading() != current) {
            return;
        }
        Progress progress = people.work();
        Reading next = people.reading();
        if (progress == Progress.AGAIN) {
            thread.execute(() -> work(current));
        } else if (progress == Progress.ASK && next != null) {
            ask(next);
        } else if (progress == Progress.FINISHED) {
            takeWaiting().forEach(each -> each.complete(null));
        }
    }

    private void fail(Throwable why) {
        takeWaiting().forEach(each -> each.completeExceptionally(why));
    }

    private List<CompletableFuture<Void>> takeWaiting() {
        List<CompletableFuture<Void>> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }
}
