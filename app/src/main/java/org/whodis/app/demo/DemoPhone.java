package org.whodis.app.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.whodis.app.measure.Statistics;
import org.whodis.core.call.CallView;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.sframe.Rejected;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.media.audio.Pcm;
import org.whodis.media.client.MediaDrop;
import org.whodis.media.jitter.JitterStatistics;
import org.whodis.media.rtp.StreamStatistics;
import org.whodis.phone.Contact;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.KeystoreException;
import org.whodis.phone.keystore.Protection;
import org.whodis.phone.media.FrameTimes;
import org.whodis.phone.media.MediaReport;
import org.whodis.phone.signalling.OfficeException;

/** One of the two phones, with the person who holds it: speaks a recording, keeps what it hears, waits for what happens. */
final class DemoPhone implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    /** What arrived and was not what the other side had sent. Too early and unknown streams belong to any beginning. */
    private static final EnumSet<MediaDrop> TOUCHED =
            EnumSet.of(MediaDrop.BAD_TAG, MediaDrop.REPLAYED, MediaDrop.MALFORMED, MediaDrop.WRONG_SOURCE);

    private static final EnumSet<Rejected.Reason> TOUCHED_FRAMES = EnumSet.complementOf(
            EnumSet.of(Rejected.Reason.EMPTY, Rejected.Reason.UNKNOWN_EPOCH, Rejected.Reason.EPOCH_GONE));

    private final String name;
    private final Phone phone;
    private final Mouth mouth;
    private final Ear ear = new Ear();
    private final BlockingQueue<PhoneEvent> events = new LinkedBlockingQueue<>();
    private final AtomicInteger rings = new AtomicInteger();
    private final List<String> problems = new ArrayList<>();

    /** @param speech null for somebody who has nothing to say in this demonstration */
    DemoPhone(String name, Path folder, Primitives primitives, @Nullable Pcm speech) throws KeystoreException {
        this.name = name;
        this.mouth = new Mouth(speech == null ? Pcm.ofShorts(AudioFrame.SAMPLE_RATE, new short[0]) : speech);
        PhoneConfig standard = PhoneConfig.standard(speech == null ? AudioDevices.SILENT : new Devices());
        PhoneConfig config =
                new PhoneConfig(primitives, standard.random(), standard.clock(), standard.timings(), standard.audio());
        // Nobody is there to type a passphrase, and the folder is deleted at the end.
        Keystore keystore = Keystore.create(
                folder,
                new Protection.KeyFile(),
                Phone.newState(primitives, config.random()),
                primitives,
                config.random());
        phone = Phone.open(config, keystore, event -> {
            if (event instanceof PhoneEvent.Ringing) {
                rings.incrementAndGet();
            }
            events.add(event);
        });
    }

    /** How often this phone has rung. */
    int rings() {
        return rings.get();
    }

    /** Waits for {@code call} to ring; whether it did. */
    boolean awaitRing(CallId call) throws DemoException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            PhoneCall view = phone.callView(call);
            if (view != null && view.view().state() == CallView.State.RINGING) {
                return true;
            }
            pause(2);
        }
        return false;
    }

    <T extends PhoneEvent> T awaitEvent(String what, Class<T> type, Predicate<T> wanted) throws DemoException {
        return awaited(
                what, event -> type.isInstance(event) && wanted.test(type.cast(event)) ? type.cast(event) : null);
    }

    private final class Devices implements AudioDevices {
        @Override
        public AudioSource openSource(CallId call) {
            return mouth;
        }

        @Override
        public AudioSink openSink(CallId call) {
            return ear;
        }
    }

    Mouth mouth() {
        return mouth;
    }

    Ear ear() {
        return ear;
    }

    Phone phone() {
        return phone;
    }

    PendingEnrolment enrol(String link) throws DemoException {
        try {
            return phone.enrol(link);
        } catch (PhoneException | OfficeException e) {
            throw new DemoException(name + " could not enrol: " + e.getMessage(), e);
        }
    }

    /** Connects to the office and waits until the session is up and the phone is warm. */
    void goOnline() throws DemoException {
        try {
            phone.start();
            await("to reach the office", event -> event instanceof PhoneEvent.Online);
            phone.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (PhoneException | ExecutionException | TimeoutException e) {
            throw new DemoException(name + "’s phone could not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    Contact contact(PrincipalId principal) throws DemoException {
        try {
            return phone.refreshContacts().get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream()
                    .filter(contact -> contact.principal().equals(principal))
                    .findFirst()
                    .orElseThrow(() -> new DemoException(name + " does not find the other person in the directory"));
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoException(name + " could not read the directory: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    CallId call(PrincipalId principal) throws DemoException {
        try {
            return phone.call(principal);
        } catch (PhoneException e) {
            throw new DemoException(name + " could not call: " + e.getMessage(), e);
        }
    }

    /** Waits until this phone rings. */
    PhoneCall awaitRinging() throws DemoException {
        return awaited("to ring", event -> event instanceof PhoneEvent.Ringing(PhoneCall call) ? call : null);
    }

    PhoneCall awaitState(CallView.State state) throws DemoException {
        return awaited("for the call to be " + state.name().toLowerCase(java.util.Locale.ROOT), event -> {
            if (!(event instanceof PhoneEvent.CallChanged(PhoneCall call))) {
                return null;
            }
            return call.view().state() == state || call.view().state() == CallView.State.ENDED ? call : null;
        });
    }

    private <T> T awaited(String what, Function<PhoneEvent, @Nullable T> wanted) throws DemoException {
        List<T> found = new ArrayList<>(1);
        await(what, event -> {
            T value = wanted.apply(event);
            if (value != null) {
                found.add(value);
            }
            return value != null;
        });
        return found.getFirst();
    }

    private void await(String what, Predicate<PhoneEvent> wanted) throws DemoException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (true) {
                PhoneEvent event = events.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new DemoException(name + "’s phone waited " + what + " for " + PATIENCE_SECONDS + " s in vain"
                            + (problems.isEmpty() ? "" : ": " + String.join("; ", problems)));
                }
                note(event);
                if (wanted.test(event)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void note(PhoneEvent event) {
        switch (event) {
            case PhoneEvent.OfficeProblem(var why) -> problems.add(String.valueOf(why.getMessage()));
            case PhoneEvent.MediaProblem(var _, String why) -> problems.add(why);
            case PhoneEvent.Refused(var _, var reason, String detail) -> problems.add(reason + " " + detail);
            case PhoneEvent.StorageProblem(String why) -> problems.add(why);
            case PhoneEvent.Offline(String why) -> problems.add(why);
            case PhoneEvent.DeviceRevoked _ -> problems.add("this device was removed");
            case PhoneEvent.Alarm alarm -> problems.add("alarm: " + alarm.kind());
            case PhoneEvent.Online _,
                    PhoneEvent.ContactsChanged _,
                    PhoneEvent.Ringing _,
                    PhoneEvent.RingingStopped _,
                    PhoneEvent.SecondCall _,
                    PhoneEvent.SentToDesk _,
                    PhoneEvent.NotSentToDesk _,
                    PhoneEvent.CallChanged _,
                    PhoneEvent.MissedCall _,
                    PhoneEvent.LinkRequested _,
                    PhoneEvent.LineWaiting _,
                    PhoneEvent.LineTried _,
                    PhoneEvent.LineReady _,
                    PhoneEvent.LineGone _,
                    PhoneEvent.DeskChanged _,
                    PhoneEvent.OwnDevicesChanged _ -> {}
        }
    }

    /** Waits until sound of the other side has been opened and played here. */
    MediaReport awaitSound(CallId call) throws DemoException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            MediaReport report = phone.stats(call);
            if (report != null && report.firstHeardNanos() != 0) {
                return report;
            }
            pause(5);
        }
        throw new DemoException(name + "’s phone heard nothing for " + PATIENCE_SECONDS + " s"
                + (problems.isEmpty() ? "" : ": " + String.join("; ", problems)));
    }

    /** What this phone counted, and the median delay from the other's mouth to this ear. */
    Observed.PhoneFigures figures(CallId call, @Nullable FrameTimes capturedByOther) {
        MediaReport report = phone.stats(call);
        if (report == null) {
            return new Observed.PhoneFigures(0, 0, 0, 0, 0, 0, null, null);
        }
        long touched = 0;
        long received = 0;
        long lost = 0;
        if (report.transport() != null) {
            for (Map.Entry<MediaDrop, Long> drop : report.transport().dropped().entrySet()) {
                touched += TOUCHED.contains(drop.getKey()) ? drop.getValue() : 0;
            }
            for (StreamStatistics stream : report.transport().peers().values()) {
                received += stream.received();
                lost += stream.lost();
            }
        }
        for (Map.Entry<Rejected.Reason, Long> refused : report.framesRefused().entrySet()) {
            touched += TOUCHED_FRAMES.contains(refused.getKey()) ? refused.getValue() : 0;
        }
        JitterStatistics speech = report.speech();
        FrameTimes played = phone.playedAt(call);
        Double mouthToEar = null;
        if (capturedByOther != null && played != null) {
            long[] delays = capturedByOther.delaysUntil(played);
            double[] millis = java.util.Arrays.stream(delays)
                    .mapToDouble(nanos -> nanos / 1e6)
                    .toArray();
            mouthToEar = millis.length == 0 ? null : Statistics.summary(millis).median();
        }
        return new Observed.PhoneFigures(
                report.framesSent(),
                received,
                lost,
                speech == null ? 0 : speech.late(),
                touched,
                speech == null ? 0 : speech.lost(),
                speech == null ? null : speech.jitterNanos() / 1e6,
                mouthToEar);
    }

    static void pause(long millis) throws DemoException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static DemoException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new DemoException("The demonstration was interrupted.", e);
    }

    @Override
    public void close() {
        phone.close();
    }
}
