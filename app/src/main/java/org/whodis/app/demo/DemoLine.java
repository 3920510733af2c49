package org.whodis.app.demo;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.whodis.app.report.Facts;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineAddress;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.phone.Contact;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.line.HeldLine;

/** One address, from the hand of its owner to that of its holder, and into everybody's. */
final class DemoLine {
    private static final long PATIENCE_SECONDS = 20;

    private final DemoPhone owner;
    private final String ownersName;
    private final String note;
    private final NewLine line;
    private @Nullable DemoPhone holder;
    private @Nullable HeldLine held;
    private boolean bound;

    private DemoLine(DemoPhone owner, String ownersName, String note, NewLine line) {
        this.owner = owner;
        this.ownersName = ownersName;
        this.note = note;
        this.line = line;
    }

    static DemoLine give(DemoPhone owner, String ownersName, String note) throws DemoException {
        return new DemoLine(
                owner,
                ownersName,
                note,
                await(owner, "give a line", phone -> phone.phone().lines().give(LineOrder.open(note))));
    }

    /** As it is read aloud. */
    String spoken() {
        return line.spoken();
    }

    List<String> words() {
        return line.words();
    }

    /** Whether it rang for nobody before its owner had approved, and for its holder after. */
    boolean isBound() {
        return bound;
    }

    Contact issuer() throws DemoException {
        return required().issuer();
    }

    /** {@code by} types it in, and the owner says yes. */
    void redeem(DemoPhone by) throws DemoException {
        holder = by;
        HeldLine waiting =
                await(by, "redeem the line", phone -> phone.phone().lines().redeem(spoken(), true));
        int before = owner.rings();
        owner.awaitEvent(
                "to hear of a redemption",
                PhoneEvent.LineWaiting.class,
                event -> event.line().id().equals(line.id()));
        await(owner, "approve", phone -> phone.phone().lines().decide(line.id(), true));
        held = by.awaitEvent(
                        "to be approved",
                        PhoneEvent.LineReady.class,
                        event -> event.line().id().equals(line.id()))
                .line();
        bound = !waiting.bound() && owner.rings() == before && held.bound();
    }

    /** The holder calls. */
    CallId call() throws DemoException {
        return call(requiredHolder(), required());
    }

    /** Somebody who has heard it tries it, and then an address that nobody ever gave. */
    Facts.Leak triedBy(DemoPhone other, String name, OfficeDomain office) throws DemoException {
        int before = owner.rings();
        Refused refused = refused(other, spoken());
        RandomBytes random = PhoneConfig.standard(AudioDevices.SILENT).random();
        Primitives primitives = new JdkPrimitives();
        LineAddress never = new LineAddress(new OfficeDomain(line.office()), LineSecret.generate(random));
        Refused none = refused(other, never.spoken(primitives));
        GivenLine tried = owner.awaitEvent(
                        "to hear of the attempt",
                        PhoneEvent.LineTried.class,
                        event -> event.line().id().equals(line.id()))
                .line();
        LineIncident incident =
                tried.incidents().isEmpty() ? null : tried.incidents().getFirst();
        return new Facts.Leak(
                name,
                office.value(),
                owner.rings() - before,
                refused.told(),
                refused.millis(),
                none.told(),
                none.millis(),
                incident == null ? null : tried.note(),
                incident == null ? null : incident.name(),
                incident != null && incident.proved(),
                incident == null ? null : incident.fromOffice().value(),
                incident == null ? 0 : incident.count());
    }

    /** The owner withdraws it; its holder tries it once more, and the holder of another one calls. */
    Facts.Afterwards withdrawn(DemoPhone by, DemoLine other, String nameOfOther) throws DemoException {
        GivenLine gone =
                await(by, "withdraw the line", phone -> phone.phone().lines().withdraw(line.id()));
        boolean rang = rings(requiredHolder(), required());
        long dialled = System.nanoTime();
        CallId call = other.call();
        Double millis = null;
        if (by.awaitRing(call)) {
            millis = (System.nanoTime() - dialled) / 1e6;
        }
        DemoPhone caller = other.requiredHolder();
        caller.phone().hangUp(call);
        caller.awaitState(CallView.State.ENDED);
        return new Facts.Afterwards(
                gone.facts().state() == LineFacts.State.WITHDRAWN, rang, nameOfOther, millis != null, millis);
    }

    /** Whether the owner's phone rings when {@code by} calls by the line. */
    private boolean rings(DemoPhone by, HeldLine with) throws DemoException {
        int before = owner.rings();
        try {
            by.phone().call(with.id());
            by.awaitState(CallView.State.ENDED);
        } catch (PhoneException refusedByOwnPhone) {
            // It knows that the line does not ring, and asks nobody.
            return false;
        }
        return owner.rings() > before;
    }

    private static CallId call(DemoPhone by, HeldLine with) throws DemoException {
        try {
            return by.phone().call(with.id());
        } catch (PhoneException e) {
            throw new DemoException("The line cannot be called: " + e.getMessage(), e);
        }
    }

    /** What a phone was told, and how long that took. */
    private record Refused(@Nullable String told, double millis) {}

    private static Refused refused(DemoPhone by, String address) throws DemoException {
        long began = System.nanoTime();
        try {
            by.phone().lines().redeem(address, false).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new Refused("It is yours.", millisSince(began));
        } catch (ExecutionException e) {
            return new Refused(e.getCause() == null ? null : e.getCause().getMessage(), millisSince(began));
        } catch (PhoneException e) {
            return new Refused(e.getMessage(), millisSince(began));
        } catch (TimeoutException e) {
            return new Refused(null, millisSince(began));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("The demonstration was interrupted.", e);
        }
    }

    private static double millisSince(long began) {
        return (System.nanoTime() - began) / 1e6;
    }

    private interface Question<T> {
        CompletableFuture<T> ask(DemoPhone phone) throws PhoneException;
    }

    private static <T> T await(DemoPhone phone, String what, Question<T> question) throws DemoException {
        try {
            return question.ask(phone).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | PhoneException e) {
            throw new DemoException("A phone could not " + what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("The demonstration was interrupted.", e);
        }
    }

    private HeldLine required() throws DemoException {
        if (held == null) {
            throw new DemoException("The line of " + ownersName + " (" + note + ") was never redeemed.");
        }
        return held;
    }

    private DemoPhone requiredHolder() throws DemoException {
        if (holder == null) {
            throw new DemoException("The line of " + ownersName + " (" + note + ") was never redeemed.");
        }
        return holder;
    }
}
